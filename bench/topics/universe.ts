/** The topics there are: `<region>/<site>/<line>/<device>/<metric>`, about 45 bytes each. */

/** Regions, sites of a region, lines of a site, devices of a line, metrics of a device. */
export const DIMENSIONS = [20, 50, 20, 50, 10] as const;
export const LEVELS = DIMENSIONS.length;
export const UNIVERSE = DIMENSIONS.reduce((product, dimension) => product * dimension, 1);

const PLACES = 'eu-west eu-central us-east us-west ap-south ap-north sa-east af-south me-central ca-central';
const METRICS = 'temperature pressure vibration rpm status power voltage current humidity flow';

const REGION_NAMES = [1, 2].flatMap((zone) => PLACES.split(' ').map((place) => `${place}-${zone}`));
const METRIC_NAMES = METRICS.split(' ');

/** The levels of topic `number`, from 0 to UNIVERSE - 1. Sites and devices have names that no other has. */
export function levelsOf(number: number): string[] {
  const device = Math.floor(number / 10);
  const line = Math.floor(device / 50);
  const site = Math.floor(line / 20);
  const serial = Math.imul(device + 1, 0x9e3779b1) >>> 0;
  return [
    REGION_NAMES[Math.floor(site / 50)]!,
    `site${String(site).padStart(4, '0')}`,
    `line${String(line % 20).padStart(2, '0')}`,
    `dev-${serial.toString(16).padStart(8, '0')}`,
    METRIC_NAMES[number % 10]!,
  ];
}

export function topicOf(number: number): string {
  return levelsOf(number).join('/');
}
