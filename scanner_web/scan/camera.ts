/** The phone's camera: its picture, its light, its zoom, and how dark it is in front of it. */

/** Why there is no picture: it was refused, or there is no camera that opens. */
export type Trouble = "denied" | "nocamera";

/** What a zoom can be set to. */
export interface ZoomRange {
  readonly min: number;
  readonly max: number;
}

const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 960 } },
};
const SAMPLE = 24;
const LUMA = [0.2126, 0.7152, 0.0722] as const;

/** A camera that is running. */
export class Camera {
  readonly #stream: MediaStream;
  readonly #track: MediaStreamTrack;
  readonly #zoom: ZoomRange | null;
  readonly #torch: boolean;
  #factor: number;

  private constructor(stream: MediaStream, track: MediaStreamTrack) {
    this.#stream = stream;
    this.#track = track;
    const can: object = typeof track.getCapabilities === "function" ? track.getCapabilities() : {};
    this.#torch = "torch" in can && can.torch === true;
    this.#zoom = "zoom" in can ? rangeOf(can.zoom) : null;
    this.#factor = this.#zoom?.min ?? 1;
  }

  /** Open the camera at the back. Returns why not where that is not to be. */
  static async open(): Promise<Camera | Trouble> {
    if (!navigator.mediaDevices?.getUserMedia) return "nocamera";
    try {
      const stream = await navigator.mediaDevices.getUserMedia(WANTED);
      const track = stream.getVideoTracks()[0];
      return track ? new Camera(stream, track) : "nocamera";
    } catch (error) {
      const refused =
        error instanceof DOMException && ["NotAllowedError", "SecurityError"].includes(error.name);
      return refused ? "denied" : "nocamera";
    }
  }

  /** The moving picture. */
  get stream(): MediaStream {
    return this.#stream;
  }

  /** Whether it has a light to switch on. */
  get hasTorch(): boolean {
    return this.#torch;
  }

  /** What its zoom can be set to; null where it has none, or one step only. */
  get zoomRange(): ZoomRange | null {
    return this.#zoom;
  }

  /** Where its zoom stands. */
  get zoom(): number {
    return this.#factor;
  }

  /** Switch the light. Returns whether it is on now. */
  async light(on: boolean): Promise<boolean> {
    return (await this.#apply({ torch: on })) ? on : !on;
  }

  /** Set the zoom, within what it can do. Returns where it stands now. */
  async zoomTo(factor: number): Promise<number> {
    if (!this.#zoom) return this.#factor;
    const wanted = Math.min(this.#zoom.max, Math.max(this.#zoom.min, factor));
    if (await this.#apply({ zoom: wanted })) this.#factor = wanted;
    return this.#factor;
  }

  /** Let it go: its lamp goes out. */
  close(): void {
    for (const track of this.#stream.getTracks()) track.stop();
  }

  async #apply(wish: object): Promise<boolean> {
    try {
      await this.#track.applyConstraints({ advanced: [wish] });
      return true;
    } catch {
      return false;
    }
  }
}

/** How bright a picture is on the whole, 0 to 255; null while there is none. */
export function brightness(video: HTMLVideoElement): number | null {
  if (!video.videoWidth) return null;
  const canvas = document.createElement("canvas");
  canvas.width = SAMPLE;
  canvas.height = SAMPLE;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.drawImage(video, 0, 0, SAMPLE, SAMPLE);
  return luma(context.getImageData(0, 0, SAMPLE, SAMPLE).data);
}

/** The mean luma of RGBA bytes, 0 to 255 (ITU-R BT.709). */
export function luma(pixels: Uint8ClampedArray): number {
  let sum = 0;
  for (let i = 0; i + 3 < pixels.length; i += 4) {
    sum += LUMA[0] * (pixels[i] ?? 0) + LUMA[1] * (pixels[i + 1] ?? 0) + LUMA[2] * (pixels[i + 2] ?? 0);
  }
  return pixels.length ? (sum * 4) / pixels.length : 0;
}

function rangeOf(value: unknown): ZoomRange | null {
  if (typeof value !== "object" || value === null || !("min" in value) || !("max" in value)) return null;
  const { min, max } = value;
  return typeof min === "number" && typeof max === "number" && max > min ? { min, max } : null;
}
