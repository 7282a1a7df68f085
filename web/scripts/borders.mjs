// The map of the world as the page draws it: coast lines and the ice of Antarctica, which the package holds besides, are
// not downloaded. Lines keep their numbers; those that nobody draws are empty.
const MAP = /countries-110m\.json$/;
const ANTARCTICA = '010';

function drawn(map) {
  const { countries } = map.objects;
  const geometries = countries.geometries.filter(({ id }) => id !== ANTARCTICA);
  const lines = new Set(geometries.flatMap(({ arcs }) => arcs.flat(Infinity)).map((line) => (line < 0 ? ~line : line)));
  const arcs = map.arcs.map((points, line) => (lines.has(line) ? points : [[0, 0], [0, 0]]));
  return { ...map, objects: { countries: { ...countries, geometries } }, arcs };
}

export const borders = () => ({
  name: 'kaldor-borders',
  apply: 'build',
  generateBundle: {
    order: 'pre',
    handler(_, bundle) {
      for (const file of Object.values(bundle).filter(({ fileName }) => MAP.test(fileName)))
        file.source = JSON.stringify(drawn(JSON.parse(file.source.toString())));
    },
  },
});
