"""Certificates by which the processes of one sweep know each other."""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from distributed import Security

# dask's own are valid from now on: a worker whose clock is behind would not be let in
BEGIN, END = datetime(2000, 1, 1), datetime(2100, 1, 1)


def made_for_a_sweep(folder: Path) -> Security:
    """A key and a certificate, valid whatever the clock says, as files that jobs can read."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "spikingfa")])
    number = x509.random_serial_number()
    certificate = x509.CertificateBuilder(name, name, key.public_key(), number, BEGIN, END)
    files = {
        "key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "cert": certificate.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM),
    }
    for file, text in files.items():
        (folder / file).write_bytes(text)
    own = {
        f"tls_{r}_{f}": str(folder / f) for r in ("client", "scheduler", "worker") for f in files
    }
    return Security(require_encryption=True, tls_ca_file=str(folder / "cert"), **own)
