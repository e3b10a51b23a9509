// SPDX-License-Identifier: Apache-2.0
/**
 * What a portable spec file may use to name its tests. On Node these are mocha's, or the harness' own while it collects
 * a spec for several machines (collect.ts). On a board board/spec.ts takes this file's place.
 */
import * as mocha from "mocha";
import { currentCollector } from "./collect.js";
import { awaited, type Body, type It, type SpecApi } from "./tree.js";

const pending = (title: string, reason: string) => {
  mocha.it(`${title} (${reason})`);
};

const ofMocha: SpecApi = {
  describe: (title, define) => {
    mocha.describe(title, define);
  },
  it: Object.assign((title: string, body: Body) => mocha.it(title, awaited(body)), { skip: pending }),
  before: (body) => mocha.before(awaited(body)),
  beforeEach: (body) => mocha.beforeEach(awaited(body)),
  afterEach: (body) => mocha.afterEach(awaited(body)),
  after: (body) => mocha.after(awaited(body)),
};

const api = (): SpecApi => currentCollector() ?? ofMocha;

export const describe: SpecApi["describe"] = (title, define) => api().describe(title, define);
export const it: It = Object.assign((title: string, body: Body) => api().it(title, body), {
  skip: (title: string, reason: string) => api().it.skip(title, reason),
});
export const before: SpecApi["before"] = (body) => api().before(body);
export const beforeEach: SpecApi["beforeEach"] = (body) => api().beforeEach(body);
export const afterEach: SpecApi["afterEach"] = (body) => api().afterEach(body);
export const after: SpecApi["after"] = (body) => api().after(body);
