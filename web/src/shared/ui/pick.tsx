// The two ways to a photo: the camera, or what is on the device already.

import type { ReactNode } from 'react';

type Props = {
  from: 'camera' | 'files';
  look: 'primary' | 'quiet';
  onPick: (file: File) => void;
  /** Where several files may be chosen at once, and were. */
  onPickSeveral?: (files: File[]) => void;
  children: ReactNode;
};

/** Some systems know a kind only by a file's ending. */
const takenTypes = 'image/*,application/pdf,.heic,.heif,.avif';

export function Pick({ from, look, onPick, onPickSeveral, children }: Props): ReactNode {
  return (
    <label className={`button ${look} pick-${from}`}>
      <input
        type="file"
        className="unseen"
        accept={from === 'camera' ? 'image/*' : takenTypes}
        {...(from === 'camera' ? { capture: 'environment' } : {})}
        multiple={onPickSeveral !== undefined}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // The same file may be chosen twice in a row.
          event.currentTarget.value = '';
          const [file] = files;
          if (files.length > 1) onPickSeveral?.(files);
          else if (file !== undefined) onPick(file);
        }}
      />
      {from === 'camera' && <CameraIcon />}
      {children}
    </label>
  );
}

function CameraIcon(): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 8.5A1.5 1.5 0 0 1 5.5 7h2.2l1.5-2.2h5.600L16.300 7h2.2A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5z" />
      <circle cx="12" cy="12.8" r="3.4" />
    </svg>
  );
}
