// Recorded spikes, from the JSON in the page that raster_data.py packs. Times are in seconds since
// the first onset.
"use strict";

function unpackedRecording(data) {
  const MOST_SHORT = 65536; // neurons that two bytes tell apart, as in raster_data.py

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

  return {
    ...data,
    populations: data.populations.map((population) => ({
      name: population.name.replaceAll("_", " "),
      lines: population.name.replace(/_(?=hidden)/, "\n").replaceAll("_", " ").split("\n"),
      size: population.size,
      t: unpacked(population.t, Uint32Array), // in ticks, sorted
      i: unpacked(population.i, population.size > MOST_SHORT ? Uint32Array : Uint16Array),
    })),
    lowerBound,
    ticksOf,
    // Half a nanosecond: a spike of the first time step lies at the onset, give or take rounding.
    trialOf: (time) => Math.max(0, lowerBound(data.onsets, time + 5e-10) - 1),
    // The first of a population's spikes in a range of time, and the first after it.
    spikesWithin: ({ t }, start, end) => [start, end].map((time) => lowerBound(t, ticksOf(time))),
    // What is written above each trial.
    headings: [
      ["trial", data.trials.map(String)],
      ...(data.labels.length ? [["true class", data.labels], ["predicted", data.answers]] : []),
    ],
  };
}
