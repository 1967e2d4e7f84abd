import { fitted } from "../rules/photo";

const QUALITY = 0.82;

/**
 * A picture as a small JPEG, upright, and without what a camera writes beside it (where, when).
 * Throws where the file is no picture that this browser reads.
 */
export async function shrunk(file: Blob): Promise<ArrayBuffer> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, fitted(picture.width, picture.height));
    const drawing = canvas.getContext("2d");
    if (drawing === null) {
      throw new Error("This browser cannot draw pictures.");
    }
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const jpeg = await new Promise<Blob | null>((resolve) =>
      canvas.toBlob(resolve, "image/jpeg", QUALITY),
    );
    if (jpeg === null) {
      throw new Error("This browser cannot write JPEG.");
    }
    return await jpeg.arrayBuffer();
  } finally {
    picture.close();
  }
}
