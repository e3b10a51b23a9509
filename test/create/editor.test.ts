// SPDX-License-Identifier: Apache-2.0
/** What an editor sees of an app, by TypeScript's own language service; and when it is made anew. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import ts from "typescript";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { refreshProject } from "../../host-sim/project/editor.js";
import { makeFolder, makeProject, removeFolders, tsc } from "./support.js";

const EDITOR = fileURLToPath(new URL("../../host-sim/project/editor.js", import.meta.url));

/** A language service on a folder's tsconfig.json, as an editor starts one. */
function openInEditor(folder: string): { service: ts.LanguageService; files: readonly string[] } {
  const config = ts.getParsedCommandLineOfConfigFile(join(folder, "tsconfig.json"), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
    },
  });
  if (config === undefined || config.errors.length > 0) throw new Error("the configuration cannot be read");
  const { fileNames, options } = config;
  const host: ts.LanguageServiceHost = {
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => options,
    getScriptFileNames: () => fileNames,
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: (chosen) => ts.getDefaultLibFilePath(chosen),
  };
  return { service: ts.createLanguageService(host), files: fileNames };
}

describe("editor support of a created project", function () {
  this.timeout(60_000);
  let sensor = "";
  before(async () => {
    sensor = await makeProject("sensor");
  });
  after(removeFolders);

  /** Where "go to definition" leads from the first place of `word` in a file, and what hovering over it shows. */
  function lookUp(file: string, word: string): { target: string; hover: string } {
    const path = join(sensor, file);
    const at = readFileSync(path, "utf8").search(new RegExp(`\\b${word}\\b`));
    const { service } = openInEditor(sensor);
    const [definition] = service.getDefinitionAtPosition(path, at) ?? [];
    const info = service.getQuickInfoAtPosition(path, at);
    if (definition === undefined) throw new Error(`no definition of ${word}`);
    const { fileName, textSpan } = definition;
    const shown = readFileSync(fileName, "utf8").slice(textSpan.start, textSpan.start + textSpan.length);
    expect(shown, fileName).not.to.equal("");
    return { target: fileName, hover: ts.displayPartsToString(info?.documentation ?? []) };
  }

  const contracts = join(packageRoot, "sdk", "contracts", "ecma419");
  for (const [file, word, target] of [
    ["main.ts", "Analog", join(contracts, "io.d.ts")],
    ["main.ts", "Timer", join(contracts, "timer.d.ts")],
    ["main.ts", "trace", join(contracts, "globals.d.ts")],
    ["main.ts", "config", ".thimble/mc-config.d.ts"],
    ["main.ts", "median", "median.ts"],
    ["settings.ts", "storage", join(contracts, "storage.d.ts")],
    ["main.spec.ts", "device", join(packageRoot, "sdk", "testing", "device.ts")],
    ["main.spec.ts", "expect", "@types/chai/index.d.ts"],
  ] as const) {
    it(`knows where ${word} of ${file} comes from`, () => {
      expect(lookUp(file, word).target.endsWith(target), lookUp(file, word).target).to.equal(true);
    });
  }

  it("shows documentation: of a board's global, of the spec's device, of the app's own", () => {
    expect(lookUp("main.ts", "trace").hover).to.match(/board's console/);
    expect(lookUp("main.spec.ts", "device").hover).to.match(/device/);
    expect(lookUp("main.ts", "openSettings").hover).not.to.equal(undefined);
  });

  it("gives each file of the project and no file of a build", () => {
    const { files } = openInEditor(sensor);
    const own = files.filter((name) => name.startsWith(sensor)).map((name) => name.slice(sensor.length + 1));
    const wanted = ["main.ts", "main.spec.ts", "median.ts", "median.spec.ts", "settings.ts"];
    expect(own.sort()).to.deep.equal([".thimble/mc-config.d.ts", ...wanted].sort());
  });

  it("finds what a planted error is", () => {
    expect(tsc(sensor)).to.equal("");
    const path = join(sensor, "median.ts");
    const whole = readFileSync(path, "utf8");
    writeFileSync(path, whole.replace("readings: readonly number[]", "readings: readonly string[]"));
    expect(tsc(sensor)).to.match(/^median\.ts\(\d+,\d+\): error TS/m);
    writeFileSync(path, whole);
  });

  it("finds one in a spec, too", () => {
    const path = join(sensor, "main.spec.ts");
    const whole = readFileSync(path, "utf8");
    writeFileSync(path, whole.replace("device.press(BUTTON)", 'device.press("button")'));
    expect(tsc(sensor)).to.match(/^main\.spec\.ts\(\d+,\d+\): error TS2345/m);
    writeFileSync(path, whole);
  });

  it("still holds when the folder was moved", () => {
    const moved = `${sensor}-moved`;
    cpSync(sensor, moved, { recursive: true });
    renameSync(sensor, `${sensor}-away`);
    try {
      expect(tsc(moved)).to.equal("");
    } finally {
      renameSync(`${sensor}-away`, sensor);
    }
  });
});

describe("an app's .thimble folder", () => {
  let blink = "";
  beforeEach(async () => {
    blink = await makeProject("blink");
  });
  after(removeFolders);

  const stateOf = (): unknown =>
    readdirSync(join(blink, ".thimble")).map((name) => [name, statSync(join(blink, ".thimble", name)).mtimeMs]);
  const configTypes = (): string => readFileSync(join(blink, ".thimble", "mc-config.d.ts"), "utf8");

  it("is made anew when the manifest changed", async () => {
    const path = join(blink, "manifest.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"led": 2', '"lamp": "left"'));
    await refreshProject(blink);
    expect(configTypes()).to.match(/readonly "lamp": string;/);
  });

  it("knows a module that was added to the manifest, by its specifier", async () => {
    const path = join(blink, "manifest.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"*": "./main"', '"*": "./main", "acme/pace": "./pace"'));
    writeFileSync(join(blink, "pace.ts"), "export const pace = 1;\n");
    await refreshProject(blink);
    writeFileSync(join(blink, "main.ts"), 'import { pace } from "acme/pace";\ntrace(pace);\n');
    rmSync(join(blink, "main.spec.ts"));
    expect(tsc(blink)).to.equal("");
  });

  it("is made anew when it was removed, or a file of it", async () => {
    rmSync(join(blink, ".thimble"), { recursive: true });
    await refreshProject(blink);
    expect(existsSync(join(blink, ".thimble", "tsconfig.json"))).to.equal(true);
  });

  it("is left as it is when nothing changed, without loading TypeScript or reading the manifest", () => {
    const before = stateOf();
    const script = `
      const { refreshProject } = await import(${JSON.stringify(EDITOR)});
      await refreshProject(${JSON.stringify(blink)});
      const { default: { _cache } } = await import("node:module");
      console.log(Object.keys(_cache).filter((name) => name.includes("typescript")).length);`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect(stdout, stderr).to.equal("0\n");
    expect(stateOf()).to.deep.equal(before);
  });

  it("stays as it was while the manifest is broken", async () => {
    const before = stateOf();
    writeFileSync(join(blink, "manifest.json"), "{");
    await refreshProject(blink);
    expect(stateOf()).to.deep.equal(before);
  });

  it("is not made where tsconfig.json does not extend it, or is not there", async () => {
    const folder = makeFolder();
    cpSync(join(blink, "manifest.json"), join(folder, "manifest.json"));
    await refreshProject(folder);
    writeFileSync(join(folder, "tsconfig.json"), '{ "extends": "./other.json" }');
    await refreshProject(folder);
    expect(existsSync(join(folder, ".thimble"))).to.equal(false);
  });
});
