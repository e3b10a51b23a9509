// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { findDebianMirror, parseList, parseSources } from "../../scripts/setup/apt-source.mjs";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

describe("setup: the Debian mirror of this machine's apt configuration", () => {
  it("is found in a deb822 file with comments and more than one stanza", () => {
    const text = [
      "Types: deb",
      "URIs: http://mirror.example/debian-security",
      "Suites: bookworm-security",
      "Components: main",
      "",
      "Types: deb deb-src",
      "# a comment",
      "URIs: http://mirror.example/debian",
      "Suites: bookworm bookworm-updates",
      "Components: main contrib",
      `Signed-By: ${KEYRING}`,
    ].join("\n");
    expect(findDebianMirror(parseSources(text))).to.deep.equal({
      uri: "http://mirror.example/debian",
      signedBy: KEYRING,
    });
  });

  it("is found in a one-line file with options", () => {
    const text = `# old\ndeb [arch=amd64 signed-by=${KEYRING}] https://mirror.example/debian/ trixie main # why\n`;
    expect(findDebianMirror(parseList(text))).to.deep.equal({
      uri: "https://mirror.example/debian/",
      signedBy: KEYRING,
    });
  });

  it("keeps a key that is embedded in the stanza, with its empty lines", () => {
    const lines = [
      "Types: deb",
      "URIs: http://mirror.example/debian",
      "Suites: trixie",
      "Components: main",
      "Signed-By:",
    ];
    const key = [" -----BEGIN PGP PUBLIC KEY BLOCK-----", " .", " mQ", " -----END PGP PUBLIC KEY BLOCK-----"];
    const { signedBy } = findDebianMirror(parseSources([...lines, ...key].join("\n")));
    expect(signedBy).to.equal("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ\n-----END PGP PUBLIC KEY BLOCK-----");
  });

  it("is not another publisher's repository that uses Debian's suite names", () => {
    const others = parseList("deb [signed-by=/k.gpg] https://tools.example/apt bookworm main\n");
    const debian = parseList(`deb [signed-by=${KEYRING}] http://mirror.example/debian bookworm main\n`);
    expect(findDebianMirror([...others, ...debian]).uri).to.equal("http://mirror.example/debian");
  });

  for (const [what, entries] of [
    ["a disabled stanza", parseSources("Enabled: no\nURIs: http://m.example/debian\nSuites: trixie\nComponents: main")],
    ["an installation medium", parseList("deb cdrom:[Debian]/ trixie main")],
    ["another distribution", parseList("deb http://m.example/ubuntu noble main")],
    ["an empty configuration", parseList("# nothing\n")],
  ]) {
    it(`is not found in ${what}`, () => {
      expect(findDebianMirror(entries)).to.equal(undefined);
    });
  }
});
