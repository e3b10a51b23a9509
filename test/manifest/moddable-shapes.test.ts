// SPDX-License-Identifier: Apache-2.0
/** Small manifests in the shapes that the examples of the Moddable SDK have. */
import { expect } from "chai";
import { names, refusal, removeTrees, resolveTree } from "./support.js";

const BASE = "$(MODDABLE)/examples/manifest_base.json";
const NET = "$(MODDABLE)/examples/manifest_net.json";
const IO = "$(MODDABLE)/modules/io/manifest.json";

/** [what it is like, manifest, files, specifiers of the app, preload] */
type Shape = readonly [string, Record<string, unknown>, readonly string[], readonly string[], (readonly string[])?];

const shapes: readonly Shape[] = [
  ["a first program", { include: BASE, modules: { "*": ["./main"] } }, ["main.js"], ["main"]],
  ["an input or output", { include: [BASE, IO], modules: { "*": "./main" } }, ["main.ts"], ["main"]],
  [
    "a network client in its own manifest",
    { include: [BASE, NET, "./manifest_client.json"], modules: { "*": "./main" } },
    ["main.js", "client.js"],
    ["client", "main"],
    ["client"],
  ],
  [
    "modules by folder",
    { include: [BASE], modules: { "*": ["./main", "./lib/*"] } },
    ["main.js", "lib/a.js"],
    ["a", "main"],
  ],
  [
    "a renamed module",
    { include: BASE, modules: { "*": "./main", "network/time": "./clock" }, preload: ["network/time"] },
    ["main.js", "clock.js"],
    ["main", "network/time"],
    ["network/time"],
  ],
  [
    "a preloaded library",
    { include: BASE, modules: { "*": "./main", "cli/*": "./commands/*" }, preload: ["cli/*"] },
    ["main.js", "commands/one.js", "commands/two.js"],
    ["cli/one", "cli/two", "main"],
    ["cli/one", "cli/two"],
  ],
  [
    "sizes of the machine",
    {
      include: BASE,
      creation: {
        static: 0,
        chunk: { initial: 1536, incremental: 512 },
        heap: { initial: 512, incremental: 64 },
        stack: 256,
        keys: { available: 64 },
      },
      modules: { "*": "./main" },
      strip: ["*", "Array.prototype.reduce"],
    },
    ["main.js"],
    ["main"],
  ],
  [
    "certificates",
    { include: BASE, modules: { "*": "./main" }, data: { "*": ["./ca/*"] } },
    ["main.js", "ca/ca1.der"],
    ["main"],
  ],
  [
    "settings of boards",
    {
      include: BASE,
      modules: { "*": "./main" },
      config: { pin: 1 },
      platforms: {
        esp32: { config: { pin: 2 } },
        "esp32/six": { dependency: [{ name: "x" }] },
        "...": { config: { pin: 3 } },
      },
    },
    ["main.js"],
    ["main"],
  ],
  [
    "TypeScript with options",
    {
      include: BASE,
      modules: { "*": "./main" },
      typescript: { tsconfig: { compilerOptions: { strict: true, target: "es2022" } } },
    },
    ["main.ts"],
    ["main"],
  ],
  [
    "a module for the store and for Zephyr",
    { include: BASE, bundle: { id: "a.b" }, zephyrConfig: { CONFIG_ADC: "y" }, modules: { "*": "./main" } },
    ["main.js"],
    ["main"],
  ],
  [
    "one file of a folder left out",
    { include: BASE, modules: { "*": "./src/*", "~": "./src/old" } },
    ["src/main.js", "src/old.js"],
    ["main"],
  ],
];

describe("manifest: shapes of Moddable's examples", () => {
  afterEach(removeTrees);

  for (const [title, manifest, files, specifiers, preload] of shapes) {
    it(`resolves ${title}`, () => {
      const tree: Record<string, unknown> = Object.fromEntries(files.map((file) => [file, ""]));
      tree["manifest_client.json"] = { modules: { "*": "./client" }, preload: "client" };
      const project = resolveTree(manifest, tree);
      expect(Object.keys(names(project, project.root))).to.deep.equal(specifiers);
      expect(project.preload).to.deep.equal(preload ?? []);
      expect(project.provided).to.include("timer");
      expect(project.creation.main).to.equal("main");
      expect(project.warnings).to.deep.equal([]);
    });
  }

  it("picks the fallback's settings", () => {
    const shape = shapes.find(([title]) => title === "settings of boards");
    expect(resolveTree(shape?.[1] ?? {}, { "main.js": "" }).config).to.deep.equal({ pin: 3 });
  });

  it("refuses what needs a display, Bluetooth or a native driver", () => {
    const include = [BASE];
    const manifests: readonly (readonly [Record<string, unknown>, RegExp])[] = [
      [
        { include: [...include, "$(MODDABLE)/examples/manifest_piu.json"] },
        /have nothing for \$\(MODDABLE\)\/examples\/manifest_piu/,
      ],
      [{ include, resources: { "*-mask": ["./font"] } }, /images, fonts and sounds are not supported/],
      [{ include, ble: { "*": "./bleservices/*" } }, /the key "ble" is not supported/],
      [{ include, modules: { "*": "./driver/*" } }, /natives belong to firmware/],
      [{ include: [...include, "$(MODULES)/pins/digital/manifest.json"] }, /use "embedded:io\/digital"/],
    ];
    for (const [manifest, reason] of manifests) {
      const files = { "font.fnt": "", "font.png": "", "driver/led.c": "", "driver/led.js": "" };
      expect(refusal(() => resolveTree(manifest, files)).reason).to.match(reason);
    }
  });
});
