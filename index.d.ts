// The public types are what the build declares. On a fresh clone, `npm run build:ts` makes them: before it, editors
// know nothing of the package where it is imported by its name. In the tarball they are one file.
export * from './dist/index.js'
