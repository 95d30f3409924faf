/** Reading aloud and listening, with what the browser has: no sound leaves this page by our doing. */

import { useEffect, useState } from "preact/hooks";
import type { Lang } from "../../page/i18n.ts";

/** A voice of the language; null where the phone has none. */
function voiceOf(lang: Lang): SpeechSynthesisVoice | null {
  if (!("speechSynthesis" in globalThis)) return null;
  return speechSynthesis.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(lang)) ?? null;
}

/** What reads a sentence aloud; null where there is no voice for the language. */
export function useVoice(lang: Lang): ((sentence: string) => void) | null {
  const [voice, setVoice] = useState(() => voiceOf(lang));
  useEffect(() => {
    if (!("speechSynthesis" in globalThis)) return;
    const look = () => setVoice(voiceOf(lang));
    look();
    speechSynthesis.addEventListener("voiceschanged", look);
    return () => {
      speechSynthesis.removeEventListener("voiceschanged", look);
      speechSynthesis.cancel();
    };
  }, [lang]);
  if (!voice) return null;
  return (sentence) => {
    speechSynthesis.cancel();
    const said = new SpeechSynthesisUtterance(sentence);
    said.voice = voice;
    said.lang = voice.lang;
    said.rate = 0.9;
    speechSynthesis.speak(said);
  };
}

/** The part of the Web Speech API that is used; browsers name it with or without a prefix. */
interface Recognition {
  lang: string;
  interimResults: boolean;
  onresult:
    | ((event: { readonly results: ArrayLike<ArrayLike<{ readonly transcript: string }>> }) => void)
    | null;
  onend: (() => void) | null;
  onerror: ((event: { readonly error: string }) => void) | null;
  start(): void;
  stop(): void;
}

function recognition(): Recognition | null {
  const made: unknown =
    Reflect.get(globalThis, "SpeechRecognition") ?? Reflect.get(globalThis, "webkitSpeechRecognition");
  if (typeof made !== "function") return null;
  const found: unknown = Reflect.construct(made, []);
  return isRecognition(found) ? found : null;
}

function isRecognition(value: unknown): value is Recognition {
  return typeof value === "object" && value !== null && "start" in value && "onresult" in value;
}

/** Whether this browser can listen. */
export function canListen(): boolean {
  return "SpeechRecognition" in globalThis || "webkitSpeechRecognition" in globalThis;
}

/**
 * Listen until a pause.
 *
 * @param lang - what is spoken
 * @param heard - is told what was heard so far
 * @param ended - is told that listening ended; with what, where it failed (`not-allowed`, `network` …)
 * @returns stops listening
 */
export function listen(
  lang: Lang,
  heard: (text: string) => void,
  ended: (why: string | null) => void,
): () => void {
  const ear = recognition();
  if (!ear) {
    ended("unsupported");
    return () => undefined;
  }
  let why: string | null = null;
  ear.lang = lang === "vi" ? "vi-VN" : "en-GB";
  ear.interimResults = true;
  ear.onresult = ({ results }) =>
    heard(
      Array.from(results)
        .map((result) => result[0]?.transcript ?? "")
        .join(" ")
        .trim(),
    );
  ear.onerror = ({ error }) => {
    why = error;
  };
  ear.onend = () => ended(why);
  ear.start();
  return () => ear.stop();
}
