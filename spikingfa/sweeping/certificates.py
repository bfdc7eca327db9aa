"""Certificates by which the processes of one sweep know each other."""

from datetime import datetime

from distributed import Security

BEGIN, END = datetime(2000, 1, 1), datetime(2100, 1, 1)
_ROLES = ("client", "scheduler", "worker")


def made_for_a_sweep() -> Security:
    """Key and certificate as dask makes them, but valid whatever the clock says.

    Dask's are valid from now on: of a clock that is set back meanwhile a worker that is started
    again would not be let in, and the sweep wait for it in vain.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    temporary = Security.temporary()
    key = serialization.load_pem_private_key(temporary.tls_client_key.encode(), None)
    given = x509.load_pem_x509_certificate(temporary.tls_client_cert.encode())
    certificate = x509.CertificateBuilder(
        given.issuer,
        given.subject,
        given.public_key(),
        given.serial_number,
        BEGIN,
        END,
        list(given.extensions),
    ).sign(key, hashes.SHA256())
    text = certificate.public_bytes(serialization.Encoding.PEM).decode()
    keys = {f"tls_{role}_key": temporary.tls_client_key for role in _ROLES}
    certificates = {f"tls_{role}_cert": text for role in _ROLES}
    return Security(require_encryption=True, tls_ca_file=text, **keys, **certificates)
