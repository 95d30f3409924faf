/**
 * A photo, made small on the phone.
 *
 * It is drawn anew and written as JPEG, so that nothing of the camera's own stays in it: neither the place (EXIF), nor
 * the camera's number.
 */

import { b64urlEncode } from "../../../verify/encoding.ts";
import { LedgerError } from "../../../verify/errors.ts";
import { sha256 } from "../../../verify/sha256.ts";

const LONGEST = 1280; // pixels
const LARGEST = 300_000; // bytes
const QUALITIES = [0.82, 0.7, 0.55, 0.4];

/** A picture to be sent beside a statement that names it. */
export interface TakenPhoto {
  /** `ni:///sha-256;…` of the bytes (RFC 6920). */
  readonly href: string;
  /** SHA-256, base64url. */
  readonly digest: string;
  readonly mediaType: "image/jpeg";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The photo of a file from the camera.
 *
 * Throws `photo.unreadable` where the browser cannot read it as a picture.
 */
export async function takePhoto(file: Blob): Promise<TakenPhoto> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!bitmap) throw new LedgerError("photo.unreadable");
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  let blob: Blob | null = null;
  for (const quality of QUALITIES) {
    blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob && blob.size <= LARGEST) break;
  }
  if (!blob) throw new LedgerError("photo.unreadable");
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const digest = b64urlEncode(sha256(bytes));
  return { href: `ni:///sha-256;${digest}`, digest, mediaType: "image/jpeg", bytes };
}
