import { useRef, useState } from "preact/hooks";
import { say } from "../state.ts";
import type { LabValues } from "./lab-arrays.ts";
import { takePicture } from "./lab-edits.ts";
import { labWords } from "./lab-words.ts";
import { digitsOfFile } from "./picture-file.ts";

/** Takes a picture file of the reader's. It stays on this device. */
export function PictureFile({ values: { inputChannels, height, width } }: { readonly values: LabValues }) {
  const field = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState<string>();
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    try {
      takePicture(await digitsOfFile(file, inputChannels, height, width));
      setRefused(undefined);
    } catch {
      setRefused(file.name);
    }
  };
  return (
    <>
      <input
        ref={field}
        type="file"
        accept="image/*"
        hidden
        aria-label={say(labWords.ownPicture)}
        onChange={({ currentTarget }) => {
          void take(currentTarget.files?.[0]);
          currentTarget.value = "";
        }}
      />
      <button type="button" onClick={() => field.current?.click()}>
        {say(labWords.ownPicture)}
      </button>
      {refused !== undefined && (
        <p class="notice is-different" role="alert">
          {say(labWords.notPicture)} {refused}
        </p>
      )}
    </>
  );
}
