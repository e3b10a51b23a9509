// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeTree, names, refusal, removeTrees, resolveIn, resolveTree, THIMBLE } from "./support.js";

const BASE = "$(MODDABLE)/examples/manifest_base.json";
const FOLDER = join(THIMBLE, "host-sim/manifest/stand-ins");
const standIns = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".json"));
const manifests = standIns.filter((path) => !path.endsWith("provides.json")).sort();
const isRefusal = (path: string) => JSON.parse(readFileSync(join(FOLDER, path), "utf8")).error !== undefined;

describe("manifest: stand-ins for the Moddable SDK", () => {
  afterEach(removeTrees);

  const provided: readonly (readonly [string, readonly string[]])[] = [
    ["examples/manifest_base.json", ["timer"]],
    ["examples/manifest_net.json", []],
    ["examples/manifest_typings.json", []],
    ["modules/io/analog/manifest.json", ["embedded:io/analog"]],
    ["modules/io/digital/manifest.json", ["embedded:io/digital"]],
    ["modules/io/flash/manifest.json", ["embedded:storage/flash"]],
    ["modules/io/manifest.json", ["embedded:io/analog", "embedded:io/digital", "embedded:io/socket/udp"]],
    ["modules/io/storage/manifest.json", ["embedded:storage/key-value"]],
  ];
  for (const [path, specifiers] of provided) {
    it(`$(MODDABLE)/${path} gives [${specifiers.join(", ")}]`, () => {
      const project = resolveTree({ include: `$(MODDABLE)/${path}` });
      expect(project.provided).to.deep.equal(specifiers);
      expect(project.modules).to.deep.equal([]);
      expect(project.warnings).to.deep.equal([]);
      expect(project.inputs).to.include(join(FOLDER, path));
    });
  }

  it("are all in this test", () => {
    expect(manifests.filter((path) => !isRefusal(path))).to.deep.equal(provided.map(([path]) => path));
  });

  for (const path of manifests.filter(isRefusal)) {
    it(`$(MODDABLE)/${path} says what to use instead, where the app includes it`, () => {
      const root = makeTree({
        "manifest.json": { include: ["./a.json"] },
        "a.json": { include: `$(MODDABLE)/${path}` },
      });
      expect(refusal(() => resolveIn(root)).message).to.match(
        new RegExp(
          `^${root}/a.json:2: the boards of Thimble have no module [a-z/]+: use .*"[a-z:/-]+8?".*\n.*manifest.json:3$`,
        ),
      );
    });
  }

  it("provide what the firmware has, no more", () => {
    const firmware = JSON.parse(readFileSync(join(THIMBLE, "devices/io/manifest.json"), "utf8")) as { modules: object };
    const listed = provided.flatMap(([, specifiers]) => specifiers);
    expect(Object.keys(firmware.modules)).to.include.members(listed);
  });

  it("set MODULES and IO", () => {
    const include = [BASE, "$(MODULES)/io/manifest.json", "$(IO)/storage/manifest.json"];
    expect(resolveTree({ include }).provided).to.deep.equal([
      "embedded:io/analog",
      "embedded:io/digital",
      "embedded:io/socket/udp",
      "embedded:storage/key-value",
      "timer",
    ]);
  });

  it("stand in for folders of modules too", () => {
    const project = resolveTree({ build: { M: "$(MODDABLE)/modules" }, modules: { "*": ["$(M)/base/timer/*"] } });
    expect(project.provided).to.deep.equal(["timer"]);
    expect(project.modules).to.deep.equal([]);
  });

  it("refuse an app's module of a name that the firmware has", () => {
    const root = makeTree({ "manifest.json": { include: BASE, modules: { "*": "./timer" } }, "timer.ts": "" });
    expect(refusal(() => resolveIn(root)).message).to.equal(
      `${root}/manifest.json:4: the firmware has the module "timer" already`,
    );
  });

  it("say what is missing without an SDK", () => {
    let root = makeTree({ "manifest.json": { include: [BASE, "$(MODULES)/drivers/led/manifest.json"] } });
    expect(refusal(() => resolveIn(root)).message).to.equal(
      `${root}/manifest.json:4: the boards of Thimble have nothing for $(MODDABLE)/modules/drivers/led/manifest.json ` +
        `(${THIMBLE}/docs/manifest.md lists what they have; for other manifests of Moddable set MODDABLE to its SDK)`,
    );
    root = makeTree({ "manifest.json": { include: BASE, modules: { "*": "$(MODULES)/base/deepEqual/*" } } });
    expect(refusal(() => resolveIn(root)).message).to.equal(
      `${root}/manifest.json:4: "$(MODULES)/base/deepEqual/*" needs the Moddable SDK ` +
        `(${THIMBLE}/docs/manifest.md lists what stands in for it; otherwise set MODDABLE to the SDK)`,
    );
  });
});

describe("manifest: with a Moddable SDK", () => {
  afterEach(removeTrees);
  const sdk = () =>
    makeTree({
      "examples/manifest_base.json": { error: "not this one" },
      "modules/io/manifest.json": { error: "not this one" },
      "modules/base/equal/manifest.json": { include: "../../io/manifest.json", modules: { "*": "./*" } },
      "modules/base/equal/equal.js": "",
      "modules/drivers/led/manifest.json": { modules: { "*": "./*" } },
      "modules/drivers/led/led.c": "",
    });

  it("takes from it what has no stand-in", () => {
    const moddable = sdk();
    const project = resolveTree({ include: [BASE, "$(MODULES)/base/equal/manifest.json"] }, {}, { moddable });
    expect(names(project, moddable)).to.deep.equal({ equal: "modules/base/equal/equal.js" });
    expect(project.provided).to.include.members(["timer", "embedded:io/digital"]);
  });

  it("refuses its natives and says what does not exist", () => {
    const moddable = sdk();
    const root = makeTree({ "manifest.json": { include: "$(MODDABLE)/modules/drivers/led/manifest.json" } });
    expect(refusal(() => resolveIn(root, { moddable })).message).to.equal(
      `${moddable}/modules/drivers/led/manifest.json:3: natives belong to firmware: an app has none ` +
        `(${moddable}/modules/drivers/led/led.c)\n  included from ${root}/manifest.json:2`,
    );
    const gone = makeTree({ "manifest.json": { include: "$(MODDABLE)/gone.json" } });
    expect(refusal(() => resolveIn(gone, { moddable })).message).to.equal(
      `${gone}/manifest.json:2: the included manifest does not exist: $(MODDABLE)/gone.json (${moddable}/gone.json)`,
    );
  });
});
