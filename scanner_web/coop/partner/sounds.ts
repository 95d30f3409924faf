/** What a scan sounds and feels like, so that nobody needs to look: one tone and buzz for each result. */

import type { Tone } from "./tally.ts";

/** Of each tone: [frequency in Hz, milliseconds]; a frequency of 0 is a pause. */
const TUNES: Readonly<Record<Tone, readonly (readonly [number, number])[]>> = {
  good: [[1320, 90]],
  wait: [
    [1040, 70],
    [0, 60],
    [1040, 70],
  ],
  aside: [
    [520, 220],
    [0, 90],
    [520, 220],
  ],
  stop: [[196, 400]],
};
const BUZZES: Readonly<Record<Tone, readonly number[]>> = {
  good: [30],
  wait: [30, 60, 30],
  aside: [140, 90, 140],
  stop: [400],
};
const LOUD = 0.18;

/** Sounds, once somebody has pressed something on the page: browsers allow none before. */
export class Sounds {
  #context: AudioContext | null = null;

  /** Let a result be heard and felt. */
  tell(tone: Tone): void {
    navigator.vibrate?.([...BUZZES[tone]]);
    if (typeof AudioContext === "undefined") return;
    this.#context ??= new AudioContext();
    const context = this.#context;
    void context.resume().catch(() => undefined); // no sound is no reason to stop
    let at = context.currentTime;
    for (const [frequency, length] of TUNES[tone]) {
      if (frequency > 0) {
        const [voice, volume] = [context.createOscillator(), context.createGain()];
        voice.frequency.value = frequency;
        volume.gain.value = LOUD;
        voice.connect(volume).connect(context.destination);
        voice.start(at);
        voice.stop(at + length / 1000);
      }
      at += length / 1000;
    }
  }

  close(): void {
    void this.#context?.close();
    this.#context = null;
  }
}
