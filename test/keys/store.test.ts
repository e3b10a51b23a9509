// SPDX-License-Identifier: Apache-2.0
/** A key store changes in one step or not at all, whoever else is at it. */
import { join } from "node:path";
import { expect } from "chai";
import { writeTogether } from "../../host-sim/keys/private-file.js";
import { publicHalf } from "../../host-sim/keys/public-key.js";
import { planRecord, readRecord, signRecord } from "../../host-sim/keys/record.js";
import type { KeyRole } from "../../host-sim/keys/roles.js";
import { generateKey, KeyStore, type NewKey, signerOf } from "../../host-sim/keys/store.js";
import { newKey } from "../../host-sim/keys/stored-key.js";
import { contentOf, makeFolder, PASSPHRASE, removeFolders } from "./support.js";

function make(name: string, role: KeyRole): NewKey & { readonly privateKey: ReturnType<typeof generateKey> } {
  const privateKey = generateKey();
  return { stored: newKey(name, role, publicHalf(privateKey)), privateKey };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "none",
    (error: { readonly code?: string }) => error.code ?? String(error),
  );
}

describe("a key store", function () {
  this.timeout(30_000);
  after(removeFolders);

  it("takes no trust record that was made for another one than the last", async () => {
    const folder = makeFolder();
    const store = new KeyStore(join(folder, "keys"));
    const [root, image] = [make("root", "root"), make("image", "image")];
    const trust = signRecord(planRecord(undefined, { added: [image.stored] }), signerOf(root.privateKey));
    await store.store({ added: [root, image], trust }, PASSPHRASE);
    const before = contentOf(folder);
    const late = make("late", "image");
    const next = signRecord(planRecord(readRecord(store), { added: [late.stored] }), signerOf(root.privateKey));
    expect(await codeOf(store.store({ added: [late], trust: next }, PASSPHRASE))).to.equal("KEY_RECORD");
    const stale = { added: [late], trust: next, replaces: next };
    expect(await codeOf(store.store(stale, PASSPHRASE))).to.equal("KEY_RECORD");
    expect(contentOf(folder)).to.deep.equal(before);
    await store.store({ ...stale, replaces: trust }, PASSPHRASE);
    expect(readRecord(store)?.version).to.equal(2);
  });

  it("gives a name to one of two who want it at the same time", async () => {
    const store = new KeyStore(join(makeFolder(), "keys"));
    const codes = [make("one", "image"), make("one", "owner")].map((key) =>
      codeOf(store.store({ added: [key] }, PASSPHRASE)),
    );
    expect((await Promise.all(codes)).sort()).to.deep.equal(["KEY_EXISTS", "none"]);
    expect(store.unlock(store.find("one"), PASSPHRASE).type).to.equal("private");
  });

  it("leaves all files as they were where one cannot be written", () => {
    const folder = makeFolder();
    const first = { path: join(folder, "first"), content: "old", isPrivate: true };
    writeTogether([first]);
    const before = contentOf(folder);
    const second = { path: join(folder, "none", "second"), content: "new", isPrivate: false };
    expect(() => writeTogether([{ ...first, content: "new" }, second])).to.throw(/ENOENT/);
    expect(contentOf(folder)).to.deep.equal(before);
  });
});
