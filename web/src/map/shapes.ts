/** The countries of the world as ready SVG paths, in the Equal Earth projection. Boundaries: Natural Earth 1:110 m. */
import { geoEqualEarth, geoPath } from 'd3-geo';
import type { FeatureCollection, Geometry } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { BY_NAME, ISO3 } from './iso3';
import address from 'world-atlas/countries-110m.json?url';

export interface Shape {
  code: string;
  name: string;
  path: string;
  /** Size on the map in square units; tiny countries get a dot as well, so that they can be seen. */
  area: number;
  centre: [number, number];
}

export const WIDTH = 960;
export const HEIGHT = 440;

let shapes: Promise<Shape[]> | undefined;

export function worldShapes(): Promise<Shape[]> {
  return (shapes ??= draw());
}

async function draw(): Promise<Shape[]> {
  const topology = (await (await fetch(address)).json()) as Topology;
  const countries = topology.objects['countries'] as GeometryCollection<{ name: string }>;
  const world = feature(topology, countries) as FeatureCollection<Geometry, { name: string }>;
  const seen = world.features.filter((one) => ISO3[String(one.id)] !== 'ATA');
  const projection = geoEqualEarth().fitSize([WIDTH, HEIGHT], { type: 'FeatureCollection', features: seen });
  const path = geoPath(projection).digits(1);
  return seen.map((one) => ({
    code: ISO3[String(one.id)] ?? BY_NAME[one.properties.name] ?? '',
    name: one.properties.name,
    path: path(one) ?? '',
    area: path.area(one),
    centre: path.centroid(one),
  }));
}
