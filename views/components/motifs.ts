// Line drawings of the plates, on a field of 120 × 60 whose middle 60 × 60 is what a small plate shows.

export interface Stroke {
  readonly d: string
  /** Lightly filled as well as drawn. */
  readonly fill?: boolean
}

const line = (d: string): Stroke => ({ d })
const shade = (d: string): Stroke => ({ d, fill: true })
const round = (value: number): number => Math.round(value * 100) / 100
const circle = (x: number, y: number, r: number): string =>
  `M${round(x - r)} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`
const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

function gear(x: number, y: number, teeth: number, inner: number, outer: number): string {
  const step = (2 * Math.PI) / teeth
  const at = (radius: number, angle: number) =>
    `${round(x + radius * Math.cos(angle))} ${round(y + radius * Math.sin(angle))}`
  const points = times(teeth).flatMap((tooth) => {
    const middle = tooth * step - Math.PI / 2
    return [
      at(inner, middle - step * 0.3),
      at(outer, middle - step * 0.2),
      at(outer, middle + step * 0.2),
      at(inner, middle + step * 0.3),
    ]
  })
  return `M${points.join('L')}z`
}

/** A rotated grid, four lines each way. */
const lattice = times(4)
  .map((index) => index * 6 - 9)
  .map((k) => `M${60 + k - 14} ${30 - k - 14}l28 28M${60 + k - 14} ${30 + k + 14}l28-28`)
  .join('')
const diamond = (x: number, y: number): string => `M${x - 6} ${y}l6-6 6 6-6 6z`
const hexagon = (x: number, y: number): string => `M${x - 9} ${y}l4.5-7.8h9l4.5 7.8-4.5 7.8h-9z`

export const motifs: Readonly<Record<string, readonly Stroke[]>> = {
  cube: [
    line('M60 10l17.3 10v20L60 50 42.7 40V20zM42.7 20L60 30l17.3-10M60 30v20'),
    shade('M60 10l17.3 10L60 30 42.7 20z'),
  ],
  lattice: [line(lattice), shade(`${diamond(48, 30)}${diamond(60, 30)}${diamond(72, 30)}`)],
  bricks: [
    line(
      'M40 12h40v36H40zM40 21h40M40 30h40M40 39h40M53 12v9M67 12v9M47 21v9M60 21v9M73 21v9M53 30v9M67 30v9M47 39v9M60 39v9M73 39v9',
    ),
    shade('M60 21h13v9H60zM40 39h7v9h-7z'),
  ],
  longship: [
    line(
      'M38 36c3 9 11 13 22 13s19-4 22-13zM38 36c-1-8 0-15 4-21M82 36c1-8 0-15-4-21M60 9v40M53 13c2 6 2 12 0 18M67 13c2 6 2 12 0 18',
    ),
    shade('M46 13h28c3 6 3 12 0 18H46c-3-6-3-12 0-18z'),
  ],
  tree: [
    line('M60 30v22M60 43l8-6M0 52c20-8 36-6 60 0s40 2 60-4'),
    shade(`${circle(60, 18, 10)}${circle(49, 27, 6.5)}${circle(71, 27, 6.5)}`),
  ],
  gear: [
    line(
      `${gear(60, 29, 10, 15, 20)}${circle(60, 29, 15)}M0 55h120M14 60l5-5M36 60l5-5M58 60l5-5M80 60l5-5M102 60l5-5`,
    ),
    shade(circle(60, 29, 6)),
  ],
  island: [
    line('M60 14l20 10-20 10-20-10zM40 24v8l6 3v6l6 3v5l8 4 8-4v-5l6-3v-6l6-3v-8M60 34v19M60 24V13M46 35l14 7 14-7'),
    shade('M60 4l6 5-6 6-6-6z'),
  ],
  voxels: [
    line(
      [
        [60, 9],
        [51, 25.6],
        [69, 25.6],
      ]
        .map(([x = 0, y = 0]) => `M${x - 9} ${y + 5}l9-5 9 5v11l-9 5-9-5zl9 5 9-5M${x} ${y + 10}v11`)
        .join(''),
    ),
    shade('M51 14l9-5 9 5-9 5zM42 30.6l9-5 9 5-9 5zM60 30.6l9-5 9 5-9 5z'),
  ],
  campfire: [
    line(
      'M60 8c2 9 12 14 12 26 0 9-5 14-12 14s-12-5-12-14c0-6 3-9 5-13 2 3 3 4 4 6 2-6 3-12 3-19zM40 48l40 5M40 53l40-5',
    ),
    shade('M60 28c1 5 5 7 5 13 0 4-2 7-5 7s-5-3-5-7c0-5 4-8 5-13z'),
  ],
  crosshair: [
    line(`${circle(60, 30, 17)}${circle(60, 30, 10)}M60 6v18M60 36v18M36 30h18M66 30h18`),
    shade(circle(60, 30, 2.4)),
  ],
  house: [
    line('M43 49V24l17-14 17 14v25M36 49h48M47 29h6v6h-6zM67 29h6v6h-6zM45 31l10 2.5M65 33.5l10-2.5'),
    shade('M55 35h10v14H55z'),
  ],
  planet: [
    line(
      `${circle(60, 31, 17)}M44.5 25c9 4 22 4 31 0M43.2 33c10 5 24 5 33.6 0M46.5 41c8 3.5 19 3.5 27 0M34 38c-6 5 8 4 26-2s32-14 27-16`,
    ),
    shade(circle(84, 20, 3)),
  ],
  factory: [
    line(
      'M38 50V30l11-7v7l11-7v7l11-7v7h11v20zM74 29V11h6v18M48 38h5v6h-5zM60 38h5v6h-5zM72 38h5v6h-5zM77 7c3-4 7 0 10-4',
    ),
    shade('M38 30l11-7v7l11-7v7l11-7v7h11v5H38z'),
  ],
  hexagons: [
    line(
      [hexagon(60, 30), hexagon(46.5, 22.2), hexagon(73.5, 22.2), hexagon(46.5, 37.8), hexagon(73.5, 37.8)].join(''),
    ),
    shade(`${hexagon(60, 14.4)}${hexagon(60, 45.6)}`),
  ],
  waveform: [
    line([8, 16, 10, 24, 36, 20, 28, 14, 8].map((height, i) => `M${40 + i * 5} ${30 - height / 2}v${height}`).join('')),
  ],
  tee: [line(`${circle(60, 27, 15)}M56 23v6M64 23v6`), shade('M44 46c0-4 3-6 7-6s7 2 7 6zM62 46c0-4 3-6 7-6s7 2 7 6z')],
  railway: [
    line(
      `M40 40V17h14v8h22c4 0 5 3 5 7v8zM44 21h6v6h-6zM70 25v-9h6v9M60 25v-4h5v4M81 40l5 6H76${circle(47, 44, 5)}${circle(60, 44, 5)}${circle(73, 44, 5)}M20 52h80`,
    ),
    shade('M40 33h41v7H40z'),
  ],
  tank: [
    line(
      `M38 40h44l-4 10H42zM44 40l4-8h26l5 8M52 32l2-8h12l4 8M67 26l22-6${circle(48, 45, 3)}${circle(60, 45, 3)}${circle(72, 45, 3)}`,
    ),
    shade('M52 32l2-8h12l4 8z'),
  ],
  arena: [
    line(
      'M34 22c0-6 12-10 26-10s26 4 26 10-12 10-26 10-26-4-26-10zM34 22v16c0 6 12 10 26 10s26-4 26-10V22M42 29v16M51 31v16M69 31v16M78 29v16M60 32v16',
    ),
    shade('M45 22c0-3 7-5 15-5s15 2 15 5-7 5-15 5-15-2-15-5z'),
  ],
  hook: [
    line('M38 48l24-24M66 20c6-8 14-4 14 3s-8 10-12 5M62 24l-6-1M62 24l1 6'),
    shade(`${circle(64, 22, 4)}${circle(38, 48, 3)}`),
  ],
  flag: [
    line('M44 8v44M36 52h30M44 12c7-4 12 3 19 0s11-3 15-1v18c-4-2-8-1-15 1s-12-4-19 0'),
    shade('M44 12c7-4 12 3 19 0s11-3 15-1v18c-4-2-8-1-15 1s-12-4-19 0z'),
  ],
  pickaxe: [
    line('M42 49l24-24 3 3-24 24zM50 12c12-1 22 9 21 21l-4-1c-1-8-9-15-17-16z'),
    shade('M50 12c12-1 22 9 21 21l-4-1c-1-8-9-15-17-16z'),
  ],
  network: [
    line('M60 30L36 14M60 30l28-17M60 30l30 14M60 30L40 47M60 30l4 22'),
    shade(
      [
        circle(60, 30, 6),
        circle(36, 14, 3),
        circle(88, 13, 3),
        circle(90, 44, 3),
        circle(40, 47, 3),
        circle(64, 52, 3),
      ].join(''),
    ),
  ],
  claws: [
    shade(
      'M46 10c10 11 10 27 0 40 14-13 14-30 0-40zM58 10c10 11 10 27 0 40 14-13 14-30 0-40zM70 10c10 11 10 27 0 40 14-13 14-30 0-40z',
    ),
  ],
  terminal: [line('M40 13h40v34H40zM40 20h40M46 28l6 5-6 5M56 39h10'), shade('M40 13h40v7H40z')],
}

/** A number from a text, the same on every machine (FNV-1a). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash
}

/** For a blueprint without a known motif: five to seven stars, joined, from the hash of its id. */
export function constellation(id: string): readonly Stroke[] {
  let state = hashOf(id) || 1
  const next = (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
  const count = 5 + next(3)
  const points = times(count).map((index) => ({
    x: 38 + index * (44 / (count - 1)),
    y: 14 + next(32),
    r: 1.6 + next(10) / 8,
  }))
  return [
    line(points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${y}`).join('')),
    shade(points.map(({ x, y, r }) => circle(round(x), y, r)).join('')),
  ]
}
