// What a browser fetches before the page stands: named in index.html, so that all of it comes at once, and held to a size.

import { gzipSync } from 'node:zlib';

import type { HtmlTagDescriptor, Plugin, Rollup } from 'vite';

const largestBytes = 90_000;

/** `pages` are the modules that the entry imports at once, by the ends of their paths; of `oneOf` it imports one. */
export function firstLoad({ pages, oneOf }: { pages: string[]; oneOf: string[] }): Plugin {
  return {
    name: 'first-load',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) =>
        withImports(pages.map((page) => chunkOf(page, bundle)), bundle)
          .filter((chunk) => !entriesWithImports(bundle).includes(chunk))
          .map(({ fileName }): HtmlTagDescriptor => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${fileName}` },
            injectTo: 'head',
          })),
    },
    writeBundle(_options, bundle) {
      const always = withImports([...entriesWithImports(bundle), ...pages.map((page) => chunkOf(page, bundle))], bundle);
      const bytes = sizeOf(always) + Math.max(...oneOf.map((one) => sizeOf([chunkOf(one, bundle)])));
      const words = `first load: ${bytes} bytes of JavaScript, gzipped; at most ${largestBytes}`;
      if (bytes > largestBytes) this.error(words);
      this.info(words);
    },
  };
}

function entriesWithImports(bundle: Rollup.OutputBundle): Rollup.OutputChunk[] {
  return withImports(Object.values(bundle).filter(isChunk).filter(({ isEntry }) => isEntry), bundle);
}

function chunkOf(module: string, bundle: Rollup.OutputBundle): Rollup.OutputChunk {
  const found = Object.values(bundle).filter(isChunk).find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(module)));
  if (found === undefined) throw new Error(`no chunk holds ${module}`);
  return found;
}

function withImports(chunks: Rollup.OutputChunk[], bundle: Rollup.OutputBundle): Rollup.OutputChunk[] {
  const all = new Set(chunks);
  for (const { imports } of all) {
    for (const name of imports) {
      const imported = bundle[name];
      if (imported !== undefined && isChunk(imported)) all.add(imported);
    }
  }
  return [...all];
}

function sizeOf(chunks: Rollup.OutputChunk[]): number {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code).length, 0);
}

function isChunk(file: Rollup.OutputAsset | Rollup.OutputChunk): file is Rollup.OutputChunk {
  return file.type === 'chunk';
}
