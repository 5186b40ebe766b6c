// Photos that are dropped on the page, or pasted.

import { useEffect, useEffectEvent, useState } from 'react';

import { type Files, someOf } from '../shared/device/file-store';

/** Whether something is held over the page. */
export function useDropAndPaste(onPhotos: (photos: Files) => void): boolean {
  const [hovering, setHovering] = useState(false);
  const onFiles = useEffectEvent((files: FileList | undefined) => {
    const photos = someOf([...(files ?? [])].filter(isPhoto));
    if (photos !== null) onPhotos(photos);
  });
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    document.addEventListener('dragover', (event) => {
      event.preventDefault();
      setHovering(true);
    }, { signal });
    document.addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) setHovering(false);
    }, { signal });
    document.addEventListener('drop', (event) => {
      event.preventDefault();
      setHovering(false);
      onFiles(event.dataTransfer?.files);
    }, { signal });
    document.addEventListener('paste', (event) => {
      onFiles(event.clipboardData?.files);
    }, { signal });
    return () => {
      listening.abort();
    };
  }, []);
  return hovering;
}

/** Pictures and PDFs. Some systems name no kind for the newer ones. */
function isPhoto({ type, name }: File): boolean {
  return type.startsWith('image/') || type === 'application/pdf' || (type === '' && /\.(hei[cf]|avif)$/i.test(name));
}
