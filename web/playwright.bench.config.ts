// The measurement of `make bench-way`: the tests' configuration, one browser after the other, on a phone's screen.

import config from './playwright.config';

const phone = config.projects?.filter(({ name }) => name === 'phone');

export default { ...config, testDir: 'bench', testMatch: '*.bench.ts', timeout: 3_600_000, ...(phone === undefined ? {} : { projects: phone }) };
