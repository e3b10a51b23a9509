// SPDX-License-Identifier: Apache-2.0
/** `thimble/device/storage` as an app has it: on a device that has no secret yet, on a secured one, and with its flash put back. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { PARTITIONS } from "../../devices/io/partitions.js";
import { FLASH_OFFSET, PROGRAMMED_OFFSET } from "../../host-sim/board/layout.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, imageOf, linesOf, nameOf } from "../refusals/boards.js";
import { Fuse, SignedDevice } from "./signed-device.js";

const MODULES = `
import storage, { erase, recover, storageStatus, wipe } from "thimble/device/storage";
import plain from "embedded:storage/key-value";
import { lifecycle } from "thimble/device/lifecycle";
const told = (action) => {
  try { return \`\${action()}\`; } catch (error) { return error.detail ?? error.code ?? error.name; }
};
const entries = () => {
  const store = storage.open({ path: "settings", format: "string" });
  return [...store].sort().map((key) => key + store.read(key)).join();
};
const put = (key, value) => storage.open({ path: "settings", format: "string" }).write(key, value);
`;

/** Four starts: writes, reads, writes again, wipes. */
const STARTS = `${MODULES}
const counts = plain.open({ path: "starts", format: "uint8" });
const start = (counts.read("n") ?? 0) + 1;
counts.write("n", start);
trace(start, ":", entries(), "\\n");
if (start === 1) {
  put("a", 1 + "");
  put("b", 2 + "");
  lifecycle.restart();
} else if (start === 2) {
  put("a", 3 + "");
  storage.open({ path: "settings" }).delete("b");
  lifecycle.restart();
} else if (start === 3) {
  wipe();
}
const { isSealed, freshness } = storageStatus();
trace(isSealed, " ", freshness, " ", [storage, storageStatus()].every(Object.isFrozen), "\\n");
put("c", 4 + "");
trace(entries(), "\\n");
`;

/** What is wrong in the same way, in both modules. */
const SAME = `${MODULES}
const given = [undefined, null, 1, "x", {}, { path: undefined }, { path: Symbol("s") }, { path: "" }, { path: "x".repeat(64) },
  { path: "x", mode: "w" }, { path: "x", mode: "r+" }, { path: "x/", format: "float" }, { path: "x", format: "uint8" }, { path: "x", format: "" }];
const uses = [(s) => s.read(), (s) => s.read("no"), (s) => s.write(), (s) => s.write("k"), (s) => s.write("k", "v"), (s) => s.write("n", 256),
  (s) => s.write("", 1), (s) => s.delete(), (s) => s.delete("no"), (s) => { s.format = "x"; }, (s) => s.format, (s) => [...s].join(),
  (s) => { s.close(); s.close(); }, (s) => s.read("k"), (s) => s.constructor(), (s) => new s.constructor()];
const tell = (module, options) => {
  let store;
  const said = [told(() => { store = module.open(options); })];
  if (store) for (const use of uses) said.push(told(() => use(store)));
  return said.join();
};
let same = 0;
for (const options of given) {
  const [here, there] = [tell(storage, options), tell(plain, options)];
  if (here === there) same++;
  else trace(here, "\\n", there, "\\n");
}
trace(same === given.length, "\\n");
`;

/** With all places for keys taken it cannot be mounted; with what is free again it can, however often that was tried. */
const FULL = `${MODULES}
import { crypto } from "thimble/device/crypto";
const others = [];
const hmac = { type: "HMAC", bits: 256, usage: ["signMessage"], alg: "HMAC_SHA_256" };
trace(told(() => { for (;;) others.push(crypto.generateKey(hmac)); }), "\\n");
for (let free = 0; free < 3; free++) {
  for (let i = 0; i < 40; i++) if (told(entries) === "") trace("mounted with ", free, "\\n");
  trace(told(entries), "\\n");
  crypto.destroyKey(others.pop());
}
for (const key of others) crypto.destroyKey(key);
put("a", "1");
trace(entries(), "\\n");
`;

/** The same where it is refused each time. */
const AGAIN = `${MODULES}
for (let i = 0; i < 40; i++) if (told(entries) !== "STORAGE_FOREIGN") trace(i, " ", told(entries), "\\n");
for (let i = 0; i < 40; i++) if (told(recover) !== "STORAGE_FOREIGN") trace(i, " ", told(recover), "\\n");
`;

const PUT = (key: string): string => `${MODULES}
trace(storageStatus().isSealed, " ", told(entries), "\\n");
put(${JSON.stringify(key)}, "1");
`;
const TELL = `${MODULES}
trace(lifecycle.bootRecord().wipeEpoch, " ", told(entries), "\\n");
`;
const RECOVER = `${MODULES}
trace(told(entries), " ", told(() => typeof recover()), " ", told(entries), "\\n");
put("r", "1");
`;
const ERASE = `${MODULES}
trace(told(entries), " ", told(erase), " ", told(entries), "\\n");
put("e", "1");
`;
const REFUSED = `${MODULES}
for (const action of [entries, storageStatus, recover, erase, wipe]) trace(told(action), " ");
trace("\\n");
`;
const WIPE = `${MODULES}
trace(lifecycle.bootRecord().wipeEpoch, " ", told(entries), "\\n");
if (lifecycle.bootRecord().wipeEpoch === 0) wipe();
`;

const STORAGE = PARTITIONS.find(({ name }) => name === "storage") ?? assert.fail("no partition");
/** The partition and what the model knows of its units. */
const PARTS = [
  [FLASH_OFFSET + STORAGE.offset, STORAGE.size],
  [PROGRAMMED_OFFSET + STORAGE.offset / 128, STORAGE.size / 128],
] as const;

function copyOf(device: SignedDevice): readonly Uint8Array[] {
  return device.use((state) => PARTS.map(([offset, size]) => state.read(offset, size)));
}

/** As somebody with a flash programmer does. */
function putBack(device: SignedDevice, copy: readonly Uint8Array[]): void {
  device.use((state) => {
    for (const [i, [offset]] of PARTS.entries()) state.write(offset, copy[i] ?? assert.fail("no copy"));
  });
}

function stopped(lines: readonly string[]): readonly string[] {
  assert.strictEqual(lines.at(-1), "stopped", lines.join("\n"));
  return lines.slice(0, -1);
}

describe("thimble/device/storage", function () {
  this.timeout(120_000);
  useEngines(...BOARDS);

  for (const machine of BOARDS) {
    describe(`on ${nameOf(machine)}`, () => {
      let device: SignedDevice;
      beforeEach(() => {
        device = new SignedDevice(machine);
      });
      afterEach(() => device.remove());

      /** Runs one app after the other. @returns what each wrote. */
      async function told(...apps: readonly string[]): Promise<string[]> {
        const said: string[] = [];
        for (const app of apps) {
          device.write("app0", await device.signedApp(app));
          said.push(...stopped(await device.told()));
        }
        return said;
      }

      /** The same on a device that no boot program starts, and that has no secret. */
      async function toldInAssembly(...apps: readonly string[]): Promise<string[]> {
        const said: string[] = [];
        for (const app of apps) said.push(...stopped(await device.told({ app: await imageOf(app) })));
        return said;
      }

      it("keeps what was written over restarts, and nothing over a wipe", async () => {
        assert.deepEqual(await linesOf(machine, STARTS), ["1:", "2:a1,b2", "3:a3", "4:", "false 1 true", "c4"]);
      });

      it("takes and refuses what embedded:storage/key-value does", async () => {
        assert.deepEqual(await linesOf(machine, SAME), ["true"]);
      });

      it("needs a few places for keys, and takes no more of them when it fails", async () => {
        const said = await linesOf(machine, FULL);
        assert.strictEqual(said.shift(), "PSA_ERROR_INSUFFICIENT_MEMORY");
        assert.strictEqual(said.shift(), "PSA_ERROR_INSUFFICIENT_MEMORY");
        assert.strictEqual(said.pop(), "a1");
      });

      it("is sealed on a secured device, which refuses an older copy of its flash and recovers it", async () => {
        await device.provision();
        assert.deepEqual(await told(PUT("a")), ["true "]);
        const older = copyOf(device);
        assert.deepEqual(await told(PUT("b"), TELL), ["true a1", "0 a1,b1"]);
        putBack(device, older);
        assert.deepEqual(await told(TELL, RECOVER, TELL), [
          "0 STORAGE_ROLLED_BACK",
          "STORAGE_ROLLED_BACK object a1",
          "0 a1,r1",
        ]);
      });

      it("reads nothing of another device, or of what was stored before the device had its secret", async () => {
        assert.deepEqual(await toldInAssembly(PUT("a"), TELL), ["false ", "0 a1"]);
        await device.provision();
        assert.deepEqual(await told(AGAIN, TELL, ERASE, PUT("b"), TELL), [
          "0 STORAGE_FOREIGN",
          "STORAGE_FOREIGN undefined ",
          "true e1",
          "0 b1,e1",
        ]);
        device.setFuses({ [Fuse.uds]: new Uint8Array(32).fill(0x5e) });
        assert.deepEqual(await told(TELL), ["0 STORAGE_FOREIGN"]);
      });

      it("is unreadable for ever after a wipe, also from a copy of the flash", async () => {
        await device.provision();
        await told(PUT("a"));
        const before = copyOf(device);
        assert.deepEqual(await told(WIPE), ["0 a1", "1 "]);
        const [flash] = copyOf(device);
        assert.isTrue(before[0]?.some((byte) => byte !== 0xff));
        assert.isTrue(flash?.every((byte) => byte === 0xff));
        assert.deepEqual(await told(PUT("b"), TELL), ["true ", "1 b1"]);
        putBack(device, before);
        assert.deepEqual(await told(TELL, ERASE, TELL), ["1 STORAGE_FOREIGN", "STORAGE_FOREIGN undefined ", "1 e1"]);
      });

      it("is not there in debug", async () => {
        await device.provision();
        await told(PUT("a"));
        device.setFuses({ [Fuse.debug]: Uint8Array.of(1) });
        assert.deepEqual(await told(REFUSED), [`${"STORAGE_UNAVAILABLE ".repeat(5)}`]);
        device.setFuses({ [Fuse.debug]: Uint8Array.of(3) });
        assert.deepEqual(await told(TELL), ["0 a1"]);
      });
    });
  }
});
