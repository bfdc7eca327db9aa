// The button that copies the model file.
"use strict";
for (const copy of document.querySelectorAll("[data-copy]")) {
  copy.addEventListener("click", async () => {
    const source = document.getElementById(copy.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      copy.textContent = "Copied";
    } catch { // the browser does not let pages copy: let the reader do it
      getSelection().selectAllChildren(source);
      copy.textContent = "Selected";
    }
  });
}
