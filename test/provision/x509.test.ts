// SPDX-License-Identifier: Apache-2.0
/** Certificates of owner and device, as Node and OpenSSL read them (RFC 5280). */
import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { pointOf, publicHalf } from "../../host-sim/keys/public-key.js";
import { generateKey, signerOf } from "../../host-sim/keys/store.js";
import { deviceCertificate, ownerCertificate } from "../../host-sim/provision/x509.js";
import { needPrograms } from "../harness/needed-programs.js";

const [ownerKey, deviceKey] = [generateKey(), publicHalf(generateKey())];
const signer = signerOf(ownerKey);
const ID = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const BEGIN = new Date("2026-11-23T00:00:00Z");
const ca = ownerCertificate("owner-1", BEGIN, signer);
const leaf = deviceCertificate("owner-1", ID, pointOf(deviceKey), BEGIN, signer);

describe("X.509 certificates (RFC 5280)", () => {
  it("are signed by the owner and name owner, device and key", () => {
    const [owner, device] = [new X509Certificate(ca), new X509Certificate(leaf)];
    expect(owner.verify(publicHalf(ownerKey))).to.equal(true);
    expect(device.verify(publicHalf(ownerKey))).to.equal(true);
    expect(device.checkIssued(owner)).to.equal(true);
    expect(device.publicKey.equals(deviceKey)).to.equal(true);
    expect([owner.ca, device.ca]).to.deep.equal([true, false]);
    expect(device.issuer).to.equal("CN=owner-1");
    expect(device.subject.split("\n")).to.have.members([
      `CN=${ID.toString("hex")}`,
      `serialNumber=${ID.toString("hex")}`,
    ]);
    expect(device.validTo).to.match(/9999/);
  });

  it("by another key are not the owner's", () => {
    const thief = signerOf(generateKey());
    const forged = new X509Certificate(deviceCertificate("owner-1", ID, pointOf(deviceKey), BEGIN, thief));
    expect(forged.verify(publicHalf(ownerKey))).to.equal(false);
  });

  it("stand in OpenSSL's strict check, of a moment when they are good", function () {
    needPrograms(this, "openssl");
    const folder = mkdtempSync(join(tmpdir(), "thimble-x509-"));
    try {
      writeFileSync(join(folder, "ca.pem"), ca);
      writeFileSync(join(folder, "leaf.pem"), leaf);
      const verify = (at: number): string => {
        const args = ["verify", "-x509_strict", "-attime", String(at), "-CAfile", "ca.pem", "leaf.pem"];
        const { stdout, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
        return stdout + stderr;
      };
      expect(verify(BEGIN.getTime() / 1000 + 1)).to.match(/leaf\.pem: OK/);
      expect(verify(BEGIN.getTime() / 1000 - 1)).to.match(/not yet valid/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("are the same for the same key and day, and for 2050 and later have the other form of date", () => {
    expect(deviceCertificate("owner-1", ID, pointOf(deviceKey), BEGIN, signer)).to.equal(leaf);
    const late = new X509Certificate(ownerCertificate("owner-1", new Date("2050-01-01T00:00:00Z"), signer));
    expect(late.validFrom).to.match(/2050/);
  });
});
