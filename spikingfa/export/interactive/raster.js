// The raster of recorded spikes, zoomed and scrolled in time by wheel, pointer, keys and buttons.
"use strict";
(() => {
  const figure = document.getElementById("raster");
  if (!figure) return;

  const recording = unpackedRecording(JSON.parse(document.getElementById("spikes").textContent));
  const { answers, end, labels, onsets, populations, tick, trialOf, trials } = recording;
  const stage = figure.querySelector(".stage");
  const selection = figure.querySelector(".selection");
  const mark = figure.querySelector(".mark");
  const tip = figure.querySelector(".tip");
  const scroller = figure.querySelector(".scroll");
  const output = figure.querySelector("output");
  const boxes = [...figure.querySelectorAll(".legend input")];
  const drawing = rasterDrawing(figure.querySelector("canvas"), recording);
  const { view, place, xOf, yOf, timeAt } = drawing;

  const REACH = 8; // pixels: how near the pointer must come to a spike
  const SHORTEST = Math.min(1e-3, end); // seconds that can be shown
  const MOST_WIDE = 1e7; // pixels that an element may have in all browsers

  let chosen = null; // the spike that the tip is about: { population, k }
  let spoken = false; // whether it was chosen by the keyboard
  let awaited = false; // whether a frame is going to be drawn

  const shown = () => populations.filter((_, k) => boxes[k].checked);
  const milliseconds = (time, digits = 1) => String(+(1e3 * time).toFixed(digits));

  // ---- what is shown

  // Show a range of time, as far as there is one; tell whether that changes anything.
  function show(start, span) {
    span = Math.min(Math.max(span, SHORTEST), end);
    start = Math.min(Math.max(start, 0), end - span);
    if (start === view.start && span === view.span) return false;
    Object.assign(view, { start, span });
    forget();
    redraw();
    return true;
  }

  const zoom = (factor, at = view.start + view.span / 2) =>
    show(at - (at - view.start) * factor, view.span * factor);
  const pan = (share) => show(view.start + share * view.span, view.span);

  function showTrial(step) {
    const whole = view.span > 1.01 * recording.duration;
    const trial = whole ? trialOf(view.start) : trialOf(view.start + view.span / 2) + step;
    const number = Math.min(Math.max(trial, 0), onsets.length - 1);
    show(onsets[number], recording.duration);
  }

  function reset() {
    for (const box of boxes) box.checked = true;
    layOut();
    show(0, end);
  }

  // What is shown, or the spike that the keyboard's cursor is at.
  function tell() {
    figure.dataset.start = view.start;
    figure.dataset.span = view.span;
    if (spoken) {
      output.textContent = tip.textContent.replaceAll("\n", ", ");
      return;
    }
    const until = view.start + view.span;
    const [one, other] = [trialOf(view.start), trialOf(until - tick)].map((k) => trials[k]);
    let n = 0;
    for (const population of shown()) {
      const [first, last] = recording.spikesWithin(population, view.start, until);
      n += last - first;
    }
    const range = `${milliseconds(view.start)} to ${milliseconds(until)} ms`;
    const which = one === other ? `trial ${one}` : `trials ${one} to ${other}`;
    output.textContent = `${range}, ${which}, ${n.toLocaleString("en")} spikes`;
  }

  function layOut() {
    drawing.layOut(shown(), stage.clientWidth);
    forget();
    redraw();
  }

  function redraw() {
    if (awaited) return;
    awaited = true;
    requestAnimationFrame(() => {
      awaited = false;
      drawing.draw();
      tell();
      followView();
    });
  }

  // ---- the spike at the pointer, or at the keyboard's cursor

  function nearest(x, y) {
    const band = place.bands.find(({ top, height }) => y >= top - 2 && y <= top + height + 2);
    if (!band) return null;
    const { population } = band;
    const [first, last] = recording.spikesWithin(population, timeAt(x - REACH), timeAt(x + REACH));
    let best = null, least = REACH ** 2;
    for (let k = first; k < last; k++) {
      const across = xOf(population.t[k] * tick) - x;
      const down = yOf(band, population.i[k]) - y;
      const distance = across ** 2 + down ** 2;
      if (distance <= least) [best, least] = [k, distance];
    }
    return best === null ? null : { population, k: best };
  }

  function choose(spike) {
    if (!spike) return forget();
    chosen = spike;
    const { population, k } = spike;
    const time = population.t[k] * tick, trial = trialOf(time);
    const lines = [
      `${population.name} ${population.i[k]}`,
      `${milliseconds(time, 3)} ms, trial ${trials[trial]}`,
      `${milliseconds(time - onsets[trial], 3)} ms after its onset`,
    ];
    if (labels.length) lines.push(`true class ${labels[trial]}, predicted ${answers[trial]}`);
    tip.textContent = lines.join("\n");
    const band = place.bands.find((one) => one.population === population);
    const x = xOf(time), y = yOf(band, population.i[k]);
    tip.hidden = mark.hidden = false;
    mark.style.left = `${x}px`;
    mark.style.top = `${y}px`;
    const right = x + 14 + tip.offsetWidth < stage.clientWidth;
    const left = right ? x + 14 : Math.max(0, x - 14 - tip.offsetWidth);
    const below = Math.min(y + 10, stage.clientHeight - tip.offsetHeight);
    tip.style.left = `${left}px`;
    tip.style.top = `${Math.max(0, below)}px`;
  }

  function forget() {
    chosen = null;
    spoken = false;
    tip.hidden = mark.hidden = true;
  }

  // The next or previous spike of the populations shown, in time and then from top to bottom.
  function step(direction) {
    const list = shown();
    const rank = chosen ? list.indexOf(chosen.population) : direction > 0 ? -1 : list.length;
    const from = direction > 0 ? view.start : view.start + view.span;
    const now = chosen ? chosen.population.t[chosen.k] : recording.ticksOf(from);
    let best = null;
    list.forEach((population, position) => {
      const { t } = population;
      let k;
      if (chosen && population === chosen.population) k = chosen.k + direction;
      else if (direction > 0) k = recording.lowerBound(t, position > rank ? now : now + 1);
      else k = recording.lowerBound(t, position < rank ? now + 1 : now) - 1;
      if (k < 0 || k >= t.length) return;
      const ahead = best && direction * (t[k] - best.population.t[best.k]);
      if (!best || ahead < 0 || (ahead === 0 && direction < 0)) best = { population, k };
    });
    if (!best) return;
    const time = best.population.t[best.k] * tick;
    if (time < view.start || time >= view.start + view.span) {
      show(time - view.span / 2, view.span);
    }
    choose(best);
    spoken = true;
    tell();
  }

  // ---- wheel, pointers, keys, buttons

  const within = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  stage.addEventListener("wheel", (event) => {
    const lines = [1, 16, 400][event.deltaMode];
    const across = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const pixels = lines * (across ? event.deltaX || event.deltaY : event.deltaY);
    const [x] = within(event);
    const changed = across ? pan(pixels / place.width) : zoom(Math.exp(0.002 * pixels), timeAt(x));
    if (changed) event.preventDefault(); // at the ends the page scrolls
  }, { passive: false });

  const grips = new Map(); // by pointer: where it is, and the time that it holds
  let dragged = null; // where the selection began

  function grip() {
    for (const one of grips.values()) one.time = timeAt(one.x);
  }

  function followGrips() {
    const [one, other] = [...grips.values()];
    const span = other
      ? (Math.abs(other.time - one.time) * place.width) / Math.max(Math.abs(other.x - one.x), 10)
      : view.span;
    show(one.time - ((one.x - place.left) / place.width) * span, span);
  }

  stage.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const [x, y] = within(event);
    stage.setPointerCapture(event.pointerId);
    if (event.pointerType === "mouse" && !event.shiftKey) {
      dragged = x;
      return;
    }
    grips.set(event.pointerId, { x });
    grip();
    choose(nearest(x, y));
  });

  stage.addEventListener("pointermove", (event) => {
    const [x, y] = within(event);
    if (dragged !== null) {
      select(x);
    } else if (grips.has(event.pointerId)) {
      grips.get(event.pointerId).x = x;
      followGrips();
    } else {
      choose(nearest(x, y));
    }
  });

  function select(x) {
    const [left, right] = [dragged, x]
      .map((edge) => Math.min(Math.max(edge, place.left), place.left + place.width))
      .sort((a, b) => a - b);
    const style = { left: `${left}px`, width: `${right - left}px`, top: `${place.top}px` };
    Object.assign(selection.style, style, { height: `${place.bottom - place.top}px` });
    selection.hidden = right - left < 4; // a click
    return [timeAt(left), timeAt(right)];
  }

  function released(event) {
    if (dragged !== null) {
      const [from, to] = select(within(event)[0]);
      if (!selection.hidden && event.type === "pointerup") show(from, to - from);
      selection.hidden = true;
      dragged = null;
    }
    grips.delete(event.pointerId);
    grip();
  }
  stage.addEventListener("pointerup", released);
  stage.addEventListener("pointercancel", released);
  stage.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") forget();
  });
  stage.addEventListener("dblclick", () => show(0, end));

  const keys = {
    "+": () => zoom(0.5),
    "=": () => zoom(0.5),
    "-": () => zoom(2),
    "0": () => show(0, end),
    Home: () => show(0, view.span),
    End: () => show(end, view.span),
    ArrowLeft: () => pan(-0.1),
    ArrowRight: () => pan(0.1),
    PageUp: () => showTrial(-1),
    PageDown: () => showTrial(1),
    ",": () => step(-1),
    ".": () => step(1),
    Escape: forget,
  };
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });

  const deeds = {
    back: () => pan(-0.5),
    on: () => pan(0.5),
    in: () => zoom(0.5),
    out: () => zoom(2),
    reset,
  };
  for (const button of figure.querySelectorAll("[data-do]")) {
    button.addEventListener("click", deeds[button.dataset.do]);
  }

  // The bar beneath: as wide as all would be at this zoom.
  function followView() {
    const width = Math.min((scroller.clientWidth * end) / view.span, MOST_WIDE);
    scroller.firstElementChild.style.width = `${width}px`;
    scroller.scrollLeft = (view.start / end) * width;
  }
  scroller.addEventListener("scroll", () => {
    const width = scroller.scrollWidth;
    const expected = (view.start / end) * width;
    if (Math.abs(scroller.scrollLeft - expected) > 2) {
      show((scroller.scrollLeft / width) * end, view.span);
    }
  });

  for (const box of boxes) box.addEventListener("change", layOut);
  new ResizeObserver(layOut).observe(stage);
  document.addEventListener("themechange", () => {
    drawing.readColours(boxes.map((box) => box.dataset.colour));
    redraw();
  });
  drawing.readColours(boxes.map((box) => box.dataset.colour));
  layOut();
})();
