/** Photos of a mark: taken with the camera, made small, kept at once. */
import { useEffect, useState } from "preact/hooks";
import { addPhoto, type Draft, dropPhoto, MOST_PHOTOS } from "../keep/drafts";
import { newId } from "../rules/ids";
import { shrunk } from "../state/shrink";
import { db } from "../state/state";

export function Photos({ written, changed }: { written: Draft; changed: (draft: Draft) => void }) {
  const [wrong, setWrong] = useState<string | null>(null);
  const add = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = "";
    if (file === undefined) {
      return;
    }
    try {
      const bytes = await shrunk(file);
      changed(await addPhoto(db(), written, { photo_id: newId(), bytes }));
      setWrong(null);
    } catch (error) {
      setWrong(
        `This photo could not be kept (${error instanceof Error ? error.message : error}). The mark can be saved without it.`,
      );
    }
  };
  return (
    <fieldset class="phone-photos">
      <legend>Photos</legend>
      {written.photo_ids.map((id, n) => (
        <Thumb
          key={id}
          id={id}
          n={n + 1}
          drop={async () => changed(await dropPhoto(db(), written, id))}
        />
      ))}
      {written.photo_ids.length < MOST_PHOTOS && (
        <label class="phone-camera">
          <input
            type="file"
            accept="image/*"
            capture="environment"
            onChange={(event) => void add(event.currentTarget)}
          />
          <span>Take a photo</span>
        </label>
      )}
      {wrong && (
        <p class="phone-wrong" role="alert">
          {wrong}
        </p>
      )}
    </fieldset>
  );
}

function Thumb({ id, n, drop }: { id: string; n: number; drop: () => Promise<void> }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    void db()
      .get("photos", id)
      .then((photo) => {
        if (photo !== undefined) {
          made = URL.createObjectURL(new Blob([photo.bytes], { type: "image/jpeg" }));
          setAddress(made);
        }
      });
    return () => {
      if (made !== null) {
        URL.revokeObjectURL(made);
      }
    };
  }, [id]);
  return (
    <figure class="phone-thumb">
      {address && <img src={address} alt={`Number ${n}`} />}
      <button type="button" class="phone-button" onClick={() => void drop()}>
        Remove
      </button>
    </figure>
  );
}
