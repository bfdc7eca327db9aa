// The raster of recorded spikes: a band for each population, zoomed and scrolled in time.
//
// Spikes stand in the page as JSON, packed by raster_data.py. Times are in seconds since the first
// onset, places in CSS pixels within the stage. Every pixel counts the spikes that fall on it, so
// that a million are drawn in a few hundredths of a second.
"use strict";
(() => {
  const figure = document.getElementById("raster");
  if (!figure) return;

  const data = JSON.parse(document.getElementById("spikes").textContent);
  const stage = figure.querySelector(".stage");
  const canvas = figure.querySelector("canvas");
  const context = canvas.getContext("2d");
  const selection = figure.querySelector(".selection");
  const mark = figure.querySelector(".mark");
  const tip = figure.querySelector(".tip");
  const scroller = figure.querySelector(".scroll");
  const output = figure.querySelector("output");
  const boxes = [...figure.querySelectorAll(".legend input")];

  const FONT = "12px system-ui, sans-serif";
  const LINE = 15; // from one line of text to the next
  const GAP = 8; // between bands
  const AXIS = 24; // height of the time axis
  const UNIT = 110, LOWEST = 360, HIGHEST = 640; // height: per band of ten neurons' 0.42; limits
  const CLOSEST = 6; // of lines between trials
  const REACH = 8; // how near the pointer must come to a spike
  const SHORTEST = Math.min(1e-3, data.end); // seconds that can be shown
  const MOST_SHORT = 65536; // neurons that two bytes tell apart, as in raster_data.py
  const MOST_WIDE = 1e7; // pixels that an element may have in all browsers

  const populations = data.populations.map((population) => ({
    name: population.name,
    lines: population.name.replace(/_(?=hidden)/, "\n").replaceAll("_", " ").split("\n"),
    size: population.size,
    weight: 0.42 + 0.34 * Math.log10(Math.max(population.size, 10) / 10), // as plot_raster has it
    t: unpacked(population.t, Uint32Array),
    i: unpacked(population.i, population.size > MOST_SHORT ? Uint32Array : Uint16Array),
  }));
  const rows = [["trial", data.onsets.map((_, k) => String(k))]];
  if (data.labels.length) rows.push(["true class", data.labels], ["read as", data.answers]);

  const view = { start: 0, span: data.end };
  let place = null; // where the bands are, see layOut
  let colours = null; // as the theme has them
  let chosen = null; // the spike that the tip is about: { population, k }
  let spoken = false; // whether it was chosen by the keyboard
  let awaited = false; // whether a frame is going to be drawn

  function unpacked(base64, type) {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
    return new type(bytes.buffer);
  }

  // The first entry of a sorted array that is not below the value.
  function lowerBound(sorted, value) {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const ticksOf = (time) => Math.round(time / data.tick);

  // First and last but one of a population's spikes in a range of time.
  function spikesWithin(population, start, end) {
    return [start, end].map((time) => lowerBound(population.t, ticksOf(time)));
  }

  // Half a nanosecond: a spike of the first time step lies at the onset, give or take rounding.
  const trialOf = (time) => Math.max(0, lowerBound(data.onsets, time + 5e-10) - 1);
  const shown = () => populations.filter((_, k) => boxes[k].checked);
  const xOf = (time) => place.left + ((time - view.start) / view.span) * place.width;
  const timeAt = (x) => view.start + ((x - place.left) / place.width) * view.span;
  const milliseconds = (time, digits = 1) => String(+(1e3 * time).toFixed(digits));

  // ---- what is shown

  // Show a range of time, as far as there is one; tell whether that changes anything.
  function show(start, span) {
    span = Math.min(Math.max(span, SHORTEST), data.end);
    start = Math.min(Math.max(start, 0), data.end - span);
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
    const whole = view.span > 1.01 * data.duration;
    const trial = whole ? trialOf(view.start) : trialOf(view.start + view.span / 2) + step;
    const number = Math.min(Math.max(trial, 0), data.onsets.length - 1);
    show(data.onsets[number], data.duration);
  }

  function reset() {
    for (const box of boxes) box.checked = true;
    layOut();
    show(0, data.end);
  }

  // What is shown, or the spike that the keyboard's cursor is at.
  function tell() {
    figure.dataset.start = view.start;
    figure.dataset.span = view.span;
    if (spoken) {
      output.textContent = tip.textContent.replaceAll("\n", ", ");
      return;
    }
    const end = view.start + view.span;
    const trials = [trialOf(view.start), trialOf(end - data.tick)];
    let n = 0;
    for (const population of shown()) {
      const [first, last] = spikesWithin(population, view.start, end);
      n += last - first;
    }
    const range = `${milliseconds(view.start)} to ${milliseconds(end)} ms`;
    const which = trials[0] === trials[1] ? `trial ${trials[0]}` : `trials ${trials.join(" to ")}`;
    output.textContent = `${range}, ${which}, ${n.toLocaleString("en")} spikes`;
  }

  // ---- drawing

  function layOut() {
    context.font = FONT;
    const texts = [...rows.map(([heading]) => heading), ...populations.flatMap((p) => p.lines)];
    const left = Math.ceil(Math.max(...texts.map((text) => context.measureText(text).width))) + 12;
    const whole = populations.reduce((sum, population) => sum + population.weight, 0);
    const height = Math.min(Math.max(UNIT * whole, LOWEST), HIGHEST);
    const top = LINE * rows.length + 4;
    const visible = shown();
    const sum = visible.reduce((total, population) => total + population.weight, 0);
    const unit = (height - GAP * visible.length) / sum;
    let y = top;
    const bands = visible.map((population) => {
      const band = { population, top: y, height: unit * population.weight };
      y += band.height + GAP;
      return band;
    });
    const width = Math.max(stage.clientWidth - left - 8, 50);
    place = { left, width, top, bottom: top + height, bands };
    const scale = devicePixelRatio;
    canvas.width = Math.round(stage.clientWidth * scale);
    canvas.height = Math.round((place.bottom + AXIS) * scale);
    canvas.style.height = `${place.bottom + AXIS}px`;
    forget();
    redraw();
  }

  function readColours() {
    const probe = document.createElement("span");
    stage.append(probe);
    const resolved = (colour) => {
      probe.style.color = colour;
      return getComputedStyle(probe).color;
    };
    colours = {
      ink: resolved("var(--ink)"),
      faint: resolved("var(--grey)"),
      line: resolved("var(--line)"),
      wrong: resolved("var(--bad)"),
    };
    boxes.forEach((box, k) => {
      populations[k].colour = resolved(box.dataset.colour);
    });
    probe.remove();
  }

  function redraw() {
    if (awaited) return;
    awaited = true;
    requestAnimationFrame(() => {
      awaited = false;
      draw();
      tell();
      followView();
    });
  }

  function draw() {
    const scale = devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (const band of place.bands) drawSpikes(band, scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.font = FONT;
    context.textBaseline = "middle";
    drawTrials();
    for (const band of place.bands) drawName(band);
    drawTime();
  }

  // Count the spikes on every pixel of a band, and shade it by that.
  function drawSpikes({ population, top, height }, scale) {
    const width = Math.round(place.width * scale), tall = Math.max(Math.round(height * scale), 1);
    const row = tall / population.size, perSecond = width / view.span;
    const long = Math.min(Math.max(Math.round(0.8 * row), Math.round(2 * scale), 1), 12 * scale, tall);
    const wish = Math.min(Math.max(perSecond / 4e3, scale), 3 * scale); // a quarter of a millisecond
    const thick = Math.max(1, Math.min(Math.round(wish), long)); // never wider than high
    const counts = new Uint16Array(width * tall);
    const { t, i } = population;
    const [first, last] = spikesWithin(population, view.start, view.start + view.span);
    let lit = 0, total = 0;
    for (let k = first; k < last; k++) {
      const x = Math.floor((t[k] * data.tick - view.start) * perSecond);
      const middle = (population.size - 0.5 - i[k]) * row;
      const y = Math.min(Math.max(Math.round(middle - long / 2), 0), tall - long);
      const end = Math.min(x + thick, width);
      for (let line = y; line < y + long; line++) {
        for (let pixel = line * width + Math.max(x, 0); pixel < line * width + end; pixel++) {
          if (counts[pixel]++ === 0) lit++;
          total++;
        }
      }
    }
    const image = context.createImageData(width, tall);
    const pixels = new Uint32Array(image.data.buffer); // little-endian: alpha, blue, green, red
    const [red, green, blue] = population.colour.match(/[\d.]+/g).map(Number);
    const colour = (blue << 16) | (green << 8) | red;
    const soft = lit ? (total / lit - 1) / 2 : 0; // where many share a pixel, one is pale
    for (let pixel = 0; pixel < counts.length; pixel++) {
      const n = counts[pixel];
      if (n) pixels[pixel] = ((((255 * n) / (n + soft)) << 24) | colour) >>> 0;
    }
    context.putImageData(image, Math.round(place.left * scale), Math.round(top * scale));
  }

  // Borders, numbers, classes and answers of the trials.
  function drawTrials() {
    context.textAlign = "right";
    context.fillStyle = colours.faint;
    rows.forEach(([heading], line) => {
      context.fillText(heading, place.left - 8, LINE * (line + 0.5));
    });
    context.textAlign = "center";
    const last = trialOf(view.start + view.span);
    for (let k = trialOf(view.start); k <= last; k++) {
      const from = xOf(data.onsets[k]), to = xOf(data.onsets[k] + data.duration);
      const left = Math.max(from, place.left), right = Math.min(to, place.left + place.width);
      if (right <= left) continue;
      if (from > place.left + 1 && to - from > CLOSEST) drawLine(from);
      const wrong = data.labels[k] !== data.answers[k];
      rows.forEach(([, texts], line) => {
        const text = texts[k];
        if (context.measureText(text).width + 6 > right - left) return;
        const stress = wrong && line === 2;
        context.font = stress ? `bold ${FONT}` : FONT;
        context.fillStyle = stress ? colours.wrong : line ? colours.ink : colours.faint;
        context.fillText(text, (left + right) / 2, LINE * (line + 0.5));
      });
      context.font = FONT;
    }
  }

  function drawLine(x) {
    context.fillStyle = colours.line;
    context.fillRect(Math.round(x), 0, 1, place.bottom);
  }

  function drawName({ population, top, height }) {
    const lines = [...population.lines];
    if (height > LINE * (lines.length + 1)) lines.push(`n = ${population.size}`);
    context.textAlign = "right";
    lines.forEach((text, k) => {
      context.fillStyle = k < population.lines.length ? colours.ink : colours.faint;
      context.fillText(text, place.left - 8, top + height / 2 + LINE * (k - (lines.length - 1) / 2));
    });
    context.fillStyle = population.colour;
    context.fillRect(place.left - 4, top, 2, height);
  }

  function drawTime() {
    const wish = view.span / Math.max(place.width / 90, 1);
    const power = 10 ** Math.floor(Math.log10(wish));
    const step = power * [1, 2, 5, 10].find((factor) => factor * power >= wish);
    const digits = Math.max(0, -Math.floor(Math.log10(1e3 * step) + 1e-9));
    context.textAlign = "center";
    context.fillStyle = colours.ink;
    context.fillRect(place.left, place.bottom, place.width, 1);
    const end = view.start + view.span;
    for (let n = Math.ceil(view.start / step - 1e-9); n * step <= end * (1 + 1e-9); n++) {
      const x = xOf(n * step), text = milliseconds(n * step, digits);
      context.fillRect(Math.round(x), place.bottom, 1, 4);
      const half = context.measureText(text).width / 2;
      const least = place.left - 6 + half, most = place.left + place.width + 8 - half;
      context.fillText(text, Math.min(Math.max(x, least), most), place.bottom + 13);
    }
    context.textAlign = "right";
    context.fillStyle = colours.faint;
    context.fillText("ms", place.left - 12, place.bottom + 13);
  }

  // ---- the spike at the pointer, or at the keyboard's cursor

  function nearest(x, y) {
    const band = place.bands.find(({ top, height }) => y >= top - 2 && y <= top + height + 2);
    if (!band) return null;
    const { population, top, height } = band;
    const [first, last] = spikesWithin(population, timeAt(x - REACH), timeAt(x + REACH));
    let best = null, least = REACH ** 2;
    for (let k = first; k < last; k++) {
      const across = xOf(population.t[k] * data.tick) - x;
      const down = top + ((population.size - 0.5 - population.i[k]) / population.size) * height - y;
      const distance = across ** 2 + down ** 2;
      if (distance <= least) [best, least] = [k, distance];
    }
    return best === null ? null : { population, k: best };
  }

  function choose(spike) {
    if (!spike) return forget();
    chosen = spike;
    const { population, k } = spike;
    const time = population.t[k] * data.tick, trial = trialOf(time);
    const lines = [`${population.name.replaceAll("_", " ")} ${population.i[k]}`];
    lines.push(`${milliseconds(time, 3)} ms, trial ${trial}`);
    lines.push(`${milliseconds(time - data.onsets[trial], 3)} ms after its onset`);
    if (data.labels.length) lines.push(`true class ${data.labels[trial]}, read as ${data.answers[trial]}`);
    tip.textContent = lines.join("\n");
    const band = place.bands.find((one) => one.population === population);
    const share = (population.size - 0.5 - population.i[k]) / population.size;
    const x = xOf(time), y = band.top + share * band.height;
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
    const now = chosen ? chosen.population.t[chosen.k] : ticksOf(from);
    let best = null;
    list.forEach((population, place) => {
      const { t } = population;
      let k;
      if (chosen && population === chosen.population) k = chosen.k + direction;
      else if (direction > 0) k = lowerBound(t, place > rank ? now : now + 1);
      else k = lowerBound(t, place < rank ? now + 1 : now) - 1;
      if (k < 0 || k >= t.length) return;
      const ahead = best && direction * (t[k] - best.population.t[best.k]);
      if (!best || ahead < 0 || (ahead === 0 && direction < 0)) best = { population, k };
    });
    if (!best) return;
    const time = best.population.t[best.k] * data.tick;
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
    const changed = across ? pan(pixels / place.width) : zoom(Math.exp(0.002 * pixels), timeAt(within(event)[0]));
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
      const [start, end] = select(within(event)[0]);
      if (!selection.hidden && event.type === "pointerup") show(start, end - start);
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
  stage.addEventListener("dblclick", () => show(0, data.end));

  const keys = {
    "+": () => zoom(0.5),
    "=": () => zoom(0.5),
    "-": () => zoom(2),
    "0": () => show(0, data.end),
    Home: () => show(0, view.span),
    End: () => show(data.end, view.span),
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
    const width = Math.min((scroller.clientWidth * data.end) / view.span, MOST_WIDE);
    scroller.firstElementChild.style.width = `${width}px`;
    scroller.scrollLeft = (view.start / data.end) * width;
  }
  scroller.addEventListener("scroll", () => {
    const width = scroller.scrollWidth;
    const expected = (view.start / data.end) * width;
    if (Math.abs(scroller.scrollLeft - expected) > 2) {
      show((scroller.scrollLeft / width) * data.end, view.span);
    }
  });

  for (const box of boxes) box.addEventListener("change", layOut);
  new ResizeObserver(layOut).observe(stage);
  document.addEventListener("themechange", () => {
    readColours();
    redraw();
  });
  readColours();
  layOut();
})();
