import { installable, isInstalled } from "../state/app";

/** Putting the app on the home screen: by the browser's own offer, or in words. */
export function Install() {
  if (isInstalled() || !window.isSecureContext) {
    return null;
  }
  const offer = installable.value;
  return (
    <>
      <h2>On the home screen</h2>
      {offer === null ? (
        <p>
          In the browser's menu choose “Add to home screen” (iPhone: the share button). Brimful then
          opens like any app.
        </p>
      ) : (
        <button type="button" class="phone-button" onClick={() => void offer.prompt()}>
          Put Brimful on the home screen
        </button>
      )}
    </>
  );
}
