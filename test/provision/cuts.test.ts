// SPDX-License-Identifier: Apache-2.0
/**
 * The power fails at an operation of flash or OTP, at each in turn, and then the same is done again: a device ends where it
 * was to end, whatever was in between.
 */
import { assert } from "chai";
import { describe, it } from "mocha";
import type { FlashCut } from "../../host-sim/board/start.js";
import type { OwnerOrder } from "../../sdk/contracts/lifecycle.js";
import { useEngines } from "../cli/support.js";
import type { Machine } from "../refusals/boards.js";
import { Bench, codeOf, Maker, makeOwner } from "./bench.js";

const HOST: Machine = { board: "host", variant: "release" };
const MPS2: Machine = { board: "mps2-an505", variant: "release" };
/** So many cuts of a test on the emulated board, where each takes seconds. */
const SAMPLE = 5;
/** Of the operation that is cut so many bytes arrive: none, half, all but the last. */
const ARRIVED: readonly Pick<FlashCut, "bytes">[] = [{ bytes: 0 }, {}, { bytes: 15 }];
const STATES = ["assembly-and-test", "provisioning", "secured"];

/** What a device says after a cut; undefined: nothing yet. */
function stateOf(bench: Bench): Promise<string | undefined> {
  return bench.use(async (device) => {
    if (!device.hasFirmware || (await device.start(true)) !== undefined) return undefined;
    return (await device.client.ask("status")).lifecycle;
  });
}

/** More operations than this are the erases of a partition, block after block. */
const ALIKE_FROM = 50;

/**
 * At each operation, each with so many bytes; or some of these. Where operations are alike, each operation still, with one
 * of the lengths in turn: each operation with every length is forget.test.ts, without processes around it.
 */
function cutsOf(total: number, most = Number.POSITIVE_INFINITY): FlashCut[] {
  const arrived = (i: number) => (total < ALIKE_FROM ? ARRIVED : ARRIVED.slice(i % 3, (i % 3) + 1));
  const all = Array.from({ length: total }, (_, i) =>
    arrived(i).map((bytes) => ({ operation: i + 1, ...bytes })),
  ).flat();
  return all.filter((_, i) => all.length <= most || (i + 1) % Math.floor(all.length / most) === 0);
}

function nameOf({ operation, bytes }: FlashCut, total: number): string {
  return `operation ${operation} of ${total}, bytes ${bytes ?? "half"}`;
}

async function cutProvisioning(machine: Machine, most?: number): Promise<number> {
  const maker = new Maker(machine);
  const material = await maker.material();
  const whole = new Bench(maker, material);
  await whole.provision();
  const total = whole.operations;
  whole.close();
  const cuts = cutsOf(total, most);
  for (const cut of cuts) {
    const bench = new Bench(maker, material);
    try {
      const code = await codeOf(() => bench.provision(cut));
      assert.include(["PROVISION_LOST", "nothing"], code, nameOf(cut, total));
      assert.include([...STATES, undefined], await stateOf(bench), nameOf(cut, total));
      const { status } = await bench.provision();
      assert.strictEqual(status.lifecycle, "secured", nameOf(cut, total));
      const said = await bench.appSays();
      const owners = ["signing", "agreement", "attestation"].map((use) => said[`${use} of`]);
      assert.deepEqual(owners, ["owner-1", "owner-1", "owner-1"], nameOf(cut, total));
      const [signing] = bench.saved;
      if (signing !== undefined) assert.strictEqual(said.signing, Buffer.from(signing.publicKey).toString("hex"));
    } finally {
      bench.close();
    }
  }
  return cuts.length;
}

describe("a device that loses its power", function () {
  this.timeout(1_800_000);
  useEngines(HOST, MPS2);

  it("at any operation of its provisioning is provisioned by the same again (host)", async () => {
    const count = await cutProvisioning(HOST);
    process.stderr.write(`      provisioning: ${count} cuts, ${count} times secured\n`);
    assert.isAbove(count, 30);
  });

  it("at some of them, on the emulated board", async () => {
    assert.isAtLeast(await cutProvisioning(MPS2, SAMPLE), 2);
  });

  for (const order of ["wipe", "transfer", "enter-debug", "leave-debug", "decommission"] as const) {
    it(`at any operation of the order ${order} carries it out when it is given again (host)`, async () => {
      const maker = new Maker(HOST);
      const buyer = makeOwner("buyer");
      const options = order === "transfer" ? { to: buyer } : {};
      const ready = new Bench(maker, await maker.material());
      await ready.provision();
      if (order === "leave-debug") await ready.order("enter-debug");
      const whole = ready.copy();
      await whole.order(order, options);
      const total = whole.operations;
      whole.close();
      for (const cut of cutsOf(total)) {
        const bench = ready.copy();
        try {
          await codeOf(() => bench.order(order, { ...options, cut }));
          const { lifecycle, wipeEpoch } = await bench.order(order, options);
          assert.include(expectedAfter(order), lifecycle, nameOf(cut, total));
          if (order === "wipe") assert.include([1, 2], wipeEpoch);
          if (order === "transfer") assert.strictEqual(wipeEpoch, 1);
        } finally {
          bench.close();
        }
      }
      ready.close();
      process.stderr.write(`      ${order}: ${cutsOf(total).length} cuts\n`);
    });
  }
});

function expectedAfter(order: OwnerOrder): string {
  if (order === "decommission") return "decommissioned";
  return order === "enter-debug" ? "debug" : "secured";
}
