// SPDX-License-Identifier: Apache-2.0
/** `thimble attest reference`: what it holds to be good is what boot would measure. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { requireReadable } from "../../cli/attest-corim.js";
import { RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { contentOf, refusal, removeFolders, run, runWell } from "../keys/support.js";
import { bootComponent, componentOf, Device, makePlace, NONCE, type Place } from "./commands.js";

interface Made {
  readonly id: string;
  readonly validity: { readonly from: string | null; readonly until: string } | null;
  readonly implementations: readonly {
    readonly components: readonly {
      readonly type: string;
      readonly version: string | null;
      readonly digest: string;
      readonly signerId: string;
    }[];
  }[];
  readonly deviceKeys: number;
  readonly warnings: readonly string[];
}

describe("thimble attest reference", function () {
  this.timeout(6 * RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });
  let place: Place;

  before("keys and images", async () => {
    place = await makePlace();
  });
  after(removeFolders);

  const make = async (line: string): Promise<Made> =>
    JSON.parse(await runWell(place.folder, `attest reference ${line} --json`)) as Made;
  const rows = ({ implementations }: Made): string[] =>
    implementations.flatMap(({ components }) =>
      components.map(({ type, version, digest, signerId }) => `${type} ${version} ${digest} ${signerId}`),
    );
  const row = (type: string, path: string): string => {
    const { version, digest, signer } = componentOf(type, join(place.folder, path));
    return `${type} ${version} ${Buffer.from(digest).toString("hex")} ${Buffer.from(signer).toString("hex")}`;
  };

  it("has boot, the firmware and the app, each with digest, version and signer as boot has them", async () => {
    const made = await make("app.signed.img firmware.signed.img -o out.cbor");
    const boot = Buffer.from(bootComponent().digest).toString("hex");
    expect(rows(made)).to.deep.equal([
      `boot null ${boot} ${"00".repeat(32)}`,
      row("app", "app.signed.img"),
      row("firmware", "firmware.signed.img"),
    ]);
    expect(made.warnings).to.deep.equal([]);
  });

  it("takes the board's own firmware when none is named, and says of what is not signed that it is not", async () => {
    const made = await make("app.img -o out.cbor");
    expect(rows(made)[1]).to.equal(row("firmware", "firmware.img"));
    expect(rows(made)[2]).to.equal(row("app", "app.img"));
    expect(made.warnings.join()).to.match(/nobody has signed the firmware .*, the app app.img/);
  });

  it("--add: keeps what an earlier one says, each release once, also of one that has expired", async () => {
    await runWell(
      place.folder,
      "attest reference app.img firmware.signed.img --from 2001-01-01 --until 2001-12-31 -o old.cbor",
    );
    const made = await make("app.signed.img firmware.signed.img --add old.cbor --add old.cbor -o out.cbor");
    expect(rows(made).map((line) => line.split(" ", 2).join(" "))).to.deep.equal([
      "boot null",
      "app 1.2.0+0",
      "firmware 2.0.1+5",
      "app 1.2.0+0",
    ]);
    expect(made.validity).to.equal(null);
    expect(await refusal(place.folder, "attest reference app.img --add token.cbor")).to.match(
      /^ATTEST_REFERENCE: .*not signed by/,
    );
  });

  it("--devices: the keys of devices, so that it is all that a verifier needs; --add keeps them", async () => {
    const { folder, device } = place;
    const line = "attest reference app.signed.img firmware.signed.img -o all.cbor";
    expect(await refusal(folder, `${line} --devices provisioned`)).to.match(/^ATTEST_KNOWN: there is no folder provi/);
    mkdirSync(join(folder, "provisioned"));
    expect(await refusal(folder, `${line} --devices provisioned`)).to.match(/^ATTEST_KNOWN: .* has no device in it/);
    for (const [name, pem] of [["00", new Device().pem] as const, ["01", device.pem] as const]) {
      mkdirSync(join(folder, "provisioned", name));
      writeFileSync(join(folder, "provisioned", name, "attestation.pem"), pem);
    }
    expect(await runWell(folder, `${line} --devices provisioned`)).to.match(/\nhas the keys of 2 devices\n$/);
    const verify = `attest verify token.cbor --nonce ${NONCE.toString("hex")} --reference`;
    expect(await runWell(folder, `${verify} all.cbor`)).to.match(/^accepted$/m);
    expect((await run(folder, `${verify} reference.cbor`)).stdout).to.match(/^refused: key: ATTEST_KEY: /m);
    rmSync(join(folder, "provisioned", "01"), { recursive: true });
    const both = await make("app.signed.img firmware.signed.img --add all.cbor --devices provisioned -o both.cbor");
    expect(both.deviceKeys).to.equal(2);
    expect(await runWell(folder, `${verify} both.cbor`)).to.match(/^accepted$/m);
    const one = await make("app.signed.img firmware.signed.img --devices provisioned -o one.cbor");
    expect([one.deviceKeys, one.id === both.id]).to.deep.equal([1, false]);
    expect((await run(folder, `${verify} one.cbor`)).stdout).to.match(/^refused: key: ATTEST_KEY: /m);
  });

  it("is not written where no verifier would read it", () => {
    requireReadable("r.cbor", new Uint8Array(1 << 22));
    const tooLong = () => requireReadable("r.cbor", new Uint8Array((1 << 22) + 1));
    expect(tooLong).to.throw("r.cbor would have 4,194,305 bytes").with.property("code", "ATTEST_REFERENCE");
  });

  it("--from, --until: from the first second of a day to the last", async () => {
    const { validity } = await make("app.img --from 2030-01-01 --until 2030-01-31 -o out.cbor");
    expect(validity).to.deep.equal({ from: "2030-01-01T00:00:00Z", until: "2030-01-31T23:59:59Z" });
    const { validity: exact } = await make("app.img --until 2030-01-31T12:00:00Z -o out.cbor");
    expect(exact).to.deep.equal({ from: null, until: "2030-01-31T12:00:00Z" });
    expect(await refusal(place.folder, "attest reference app.img --from 2030-01-01")).to.match(
      /^ATTEST_DATES: --from needs --until/,
    );
    const wrong = "attest reference app.img --from 2030-01-02 --until 2030-01-01";
    expect(await refusal(place.folder, wrong)).to.equal("ATTEST_DATES: --until is before --from");
  });

  it("the same content has the same bytes; other content another id", async () => {
    const [first, again] = [await make("app.img -o a.cbor"), await make("app.img -o b.cbor")];
    expect(again.id).to.equal(first.id);
    const read = (name: string) => readFileSync(join(place.folder, name), "hex");
    expect(read("a.cbor")).to.equal(read("b.cbor"));
    expect((await make("app.signed.img -o b.cbor")).id).not.to.equal(first.id);
  });

  it("changes nothing where an image, a key or a folder is not what it should be", async () => {
    const { folder } = place;
    const damaged = readFileSync(join(folder, "app.img"));
    damaged[33] = (damaged[33] as number) ^ 1;
    writeFileSync(join(folder, "damaged.img"), damaged);
    writeFileSync(join(folder, "text.img"), "this is not an image, though it is long enough for a header");
    const before = contentOf(folder);
    expect(await refusal(folder, "attest reference damaged.img")).to.match(/^IMAGE_E_DIGEST: damaged.img is damaged/);
    expect(await refusal(folder, "attest reference text.img")).to.match(/^IMAGE_E_HEADER: /);
    expect(await refusal(folder, "attest reference none.img")).to.match(/^IMAGE_FILE: /);
    expect(await refusal(folder, "attest reference .")).to.match(/^IMAGE_FILE: there is no image of \. for host/);
    expect(await refusal(folder, "attest reference app.img --key image-1")).to.match(/^KEY_ROLE: /);
    expect(await refusal(folder, "attest reference app.img --keys elsewhere")).to.match(
      /^KEY_NOT_FOUND: there is no verifier key/,
    );
    expect(contentOf(folder)).to.deep.equal(before);
    await runWell(folder, "keys create verifier");
    expect(await refusal(folder, "attest reference app.img")).to.match(
      /^KEY_NOT_FOUND: there are several verifier keys: /,
    );
    expect((await run(folder, "attest reference app.img --key verifier-2 -o out.cbor")).status).to.equal(0);
  });
});
