// Draws recorded spikes on a canvas: a band for each population, trials above, time below.
//
// Places are in CSS pixels within the canvas. Every pixel counts the spikes that fall on it, so
// that a million are drawn in a few hundredths of a second.
"use strict";

function rasterDrawing(canvas, recording) {
  const FONT = "12px system-ui, sans-serif";
  const LINE = 15; // from one line of text to the next
  const GAP = 8; // between bands
  const AXIS = 24; // height of the time axis
  const UNIT = 110, LOWEST = 360, HIGHEST = 640; // height of a band of weight one; of all
  const CLOSEST = 6; // of lines between trials

  const context = canvas.getContext("2d");
  const { headings } = recording;
  const view = { start: 0, span: recording.end }; // the time that is shown
  const place = { left: 0, width: 0, top: 0, bottom: 0, bands: [] };
  let colours = null; // as the theme has them

  // As plot_raster has it: ten neurons stay readable beside a thousand.
  const weightOf = ({ size }) => 0.42 + 0.34 * Math.log10(Math.max(size, 10) / 10);
  const sumOf = (populations) => populations.reduce((sum, one) => sum + weightOf(one), 0);

  // Give the populations their bands on a canvas of this width.
  function layOut(populations, width) {
    context.font = FONT;
    const names = recording.populations.flatMap((population) => population.lines);
    const texts = [...headings.map(([text]) => text), ...names];
    const left = Math.ceil(Math.max(...texts.map((text) => context.measureText(text).width))) + 12;
    const height = Math.min(Math.max(UNIT * sumOf(recording.populations), LOWEST), HIGHEST);
    const top = LINE * headings.length + 4;
    const unit = (height - GAP * populations.length) / sumOf(populations);
    let y = top;
    const bands = populations.map((population) => {
      const band = { population, top: y, height: unit * weightOf(population) };
      y += band.height + GAP;
      return band;
    });
    Object.assign(place, { left, top, bands, bottom: top + height });
    place.width = Math.max(width - left - 8, 50);
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round((place.bottom + AXIS) * devicePixelRatio);
    canvas.style.height = `${place.bottom + AXIS}px`;
  }

  const xOf = (time) => place.left + ((time - view.start) / view.span) * place.width;
  const timeAt = (x) => view.start + ((x - place.left) / place.width) * view.span;
  const yOf = ({ population, top, height }, neuron) =>
    top + ((population.size - 0.5 - neuron) / population.size) * height;

  // Take the colours of the theme; those of the populations are given by their CSS.
  function readColours(ofPopulations) {
    const probe = document.createElement("span");
    canvas.after(probe);
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
    recording.populations.forEach((population, k) => {
      population.colour = resolved(ofPopulations[k]);
    });
    probe.remove();
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
    const thick = Math.ceil(Math.min(Math.max(perSecond / 4e3, scale), 2 * scale)); // 0.25 ms
    const long = Math.round(Math.min(Math.max(0.8 * row, thick + scale), 12 * scale, tall));
    const counts = new Uint16Array(width * tall);
    const { t, i } = population;
    const [first, last] = recording.spikesWithin(population, view.start, view.start + view.span);
    let lit = 0, total = 0;
    for (let k = first; k < last; k++) {
      const x = Math.floor((t[k] * recording.tick - view.start) * perSecond);
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
    headings.forEach(([heading], line) => {
      context.fillText(heading, place.left - 8, LINE * (line + 0.5));
    });
    context.textAlign = "center";
    const last = recording.trialOf(view.start + view.span);
    for (let k = recording.trialOf(view.start); k <= last; k++) {
      const from = xOf(recording.onsets[k]), to = xOf(recording.onsets[k] + recording.duration);
      const left = Math.max(from, place.left), right = Math.min(to, place.left + place.width);
      if (right <= left) continue;
      if (from > place.left + 1 && to - from > CLOSEST) drawLine(from);
      const wrong = recording.labels[k] !== recording.answers[k];
      headings.forEach(([, texts], line) => {
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
    const first = top + height / 2 - (LINE * (lines.length - 1)) / 2;
    context.textAlign = "right";
    lines.forEach((text, k) => {
      context.fillStyle = k < population.lines.length ? colours.ink : colours.faint;
      context.fillText(text, place.left - 8, first + LINE * k);
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
      const x = xOf(n * step), text = String(+(1e3 * n * step).toFixed(digits));
      context.fillRect(Math.round(x), place.bottom, 1, 4);
      const half = context.measureText(text).width / 2;
      const least = place.left - 6 + half, most = place.left + place.width + 8 - half;
      context.fillText(text, Math.min(Math.max(x, least), most), place.bottom + 13);
    }
    context.textAlign = "right";
    context.fillStyle = colours.faint;
    context.fillText("ms", place.left - 12, place.bottom + 13);
  }

  return { view, place, layOut, readColours, draw, xOf, yOf, timeAt };
}
