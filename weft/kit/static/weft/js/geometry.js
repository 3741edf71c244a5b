// Plain geometry on GeoJSON polygons: extent, where to write a name, whether a point lies inside.

const polygons = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);

/** West, south, east and north of a list of points. */
function boxOf(points) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}

/** The extent of a FeatureCollection of polygons. */
export function bounds(collection) {
  const corners = collection.features.flatMap(({ geometry }) => polygons(geometry).flatMap(([outer]) => outer));
  return corners.length ? boxOf(corners) : [-180, -60, 180, 75];
}

/** The outer ring that covers most, with its size and box. */
export function largestRing(geometry) {
  const rings = polygons(geometry).map(([outer]) => ({ outer, size: Math.abs(signedSize(outer)), box: boxOf(outer) }));
  return rings.reduce((one, other) => (other.size > one.size ? other : one));
}

function signedSize(ring) {
  let sum = 0;
  for (let i = 0; i < ring.length - 1; i++) sum += ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
  return sum / 2;
}

/** Where to write the name: the middle of the widest stretch inside, among five horizontal cuts of the largest ring. */
export function centre(geometry) {
  const { outer, box } = largestRing(geometry);
  let best = { width: -1, at: [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] };
  for (let cut = 3; cut <= 7; cut++) {
    const y = box[1] + ((box[3] - box[1]) * cut) / 10;
    const crossings = crossingsAt(outer, y);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const width = (crossings[i + 1] - crossings[i]) * (1 - Math.abs(cut - 5) * 0.08);
      if (width > best.width) best = { width, at: [(crossings[i] + crossings[i + 1]) / 2, y] };
    }
  }
  return best.at;
}

function crossingsAt(ring, y) {
  const found = [];
  for (let i = 0; i < ring.length - 1; i++) {
    const [[x1, y1], [x2, y2]] = [ring[i], ring[i + 1]];
    if (y1 > y !== y2 > y) found.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
  }
  return found.sort((one, other) => one - other);
}

/** Whether a polygon or multipolygon holds a point, holes respected. */
export function contains(geometry, [x, y]) {
  return polygons(geometry).some((rings) => {
    const crossed = rings.flatMap((ring) => crossingsAt(ring, y)).filter((crossing) => crossing < x);
    return crossed.length % 2 === 1;
  });
}
