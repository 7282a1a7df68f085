/** Compiler options of the page; TypeScript is stripped by Svelte itself. */
export default { compilerOptions: { runes: true } };
