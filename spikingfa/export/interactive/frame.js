// In a notebook the page is in a frame, which becomes as high as the page.
"use strict";
(() => {
  const frame = window.frameElement; // null where the frame is another site's
  if (!frame?.srcdoc) return;
  new ResizeObserver(() => {
    frame.style.height = `${document.body.offsetHeight}px`;
  }).observe(document.body);
})();
