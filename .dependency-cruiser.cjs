// SPDX-License-Identifier: Apache-2.0
/**
 * The arrows of the house: cli -> host-sim -> devices -> sdk, and beside the simulator cli -> verifier -> devices -> sdk; in sdk, features -> ground floor -> contracts.
 * Each rule's comment says what to do instead.
 */
const FEATURES = "storage|attestation|ota|messaging|identity";
/** From left to right: each imports only from its left. */
const GROUND_FLOOR = ["bytes", "errors", "cbor", "cose", "cwt", "crypto", "dice"];

const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const groundFloorRules = GROUND_FLOOR.map((folder, index) =>
  forbid(
    `sdk-${folder}-imports-from-its-left`,
    `sdk/${folder} imports from contracts and ${GROUND_FLOOR.slice(0, index).join(", ") || "nothing else"} only`,
    { path: `^sdk/${folder}/` },
    { path: "^sdk/", pathNot: `^sdk/(contracts|${GROUND_FLOOR.slice(0, index + 1).join("|")})/` },
  ),
);

module.exports = {
  forbidden: [
    forbid("no-cycles", "Break the circle: move what both need below them.", {}, { circular: true }),
    forbid(
      "sdk-is-the-bottom",
      "sdk/ runs on boards: what it needs from outside is a contract.",
      { path: "^sdk/" },
      {
        path: "^(devices|host-sim|verifier|cli|bench|test|examples|scripts)/",
      },
    ),
    forbid("sdk-without-node", "sdk/ runs on boards: no Node.", { path: "^sdk/" }, { dependencyTypes: ["core"] }),
    forbid(
      "sdk-packages",
      "At run time sdk/ uses the noble packages alone, in sdk/crypto/noble*.",
      { path: "^sdk/", pathNot: "^sdk/crypto/noble" },
      { path: "node_modules/" },
    ),
    forbid(
      "sdk-crypto-noble",
      "Of npm's packages only the noble ones.",
      { path: "^sdk/crypto/noble" },
      {
        path: "node_modules/",
        pathNot: "node_modules/@noble/",
      },
    ),
    forbid(
      "contracts-import-contracts",
      "sdk/contracts holds types only.",
      { path: "^sdk/contracts/" },
      {
        pathNot: "^sdk/contracts/",
      },
    ),
    ...groundFloorRules,
    forbid(
      "features-stand-alone",
      "An app composes features; what two of them need is on the ground floor.",
      { path: `^sdk/(${FEATURES})/` },
      { path: `^sdk/(${FEATURES})/`, pathNot: "^sdk/$1/" },
    ),
    forbid(
      "testing-is-for-specs",
      "sdk/testing runs on a tester, beside specs: what an app needs is elsewhere.",
      { path: "^(sdk|devices)/", pathNot: "^sdk/testing/" },
      { path: "^sdk/testing/" },
    ),
    forbid(
      "testing-stands-alone",
      "A tester has the ground floor and no feature: the feature under test is on the device.",
      { path: "^sdk/testing/" },
      { path: "^sdk/", pathNot: "^sdk/(testing|contracts|bytes|errors)/" },
    ),
    forbid(
      "devices-below-host-sim",
      "A board knows no simulator and no command.",
      { path: "^devices/" },
      {
        path: "^(host-sim|verifier|cli|bench|test|examples|scripts)/",
      },
    ),
    forbid(
      "devices-below-features",
      "A port holds no policy: it uses contracts and the ground floor. Only the firmware's own app composes features, and what gives an app ECMA-419's key-value class on the plain or the sealed log.",
      { path: "^devices/", pathNot: "^devices/(service/|secure/storage\\.ts$|io/(key-value|storage-flash)\\.ts$)" },
      {
        path: `^sdk/(${FEATURES})/`,
      },
    ),
    forbid(
      "devices-storage-only",
      "What gives an app its stores composes that feature and no other.",
      { path: "^devices/(secure/storage|io/(key-value|storage-flash))\\.ts$" },
      {
        path: `^sdk/(${FEATURES})/`,
        pathNot: "^sdk/storage/",
      },
    ),
    forbid(
      "firmware-without-node",
      "Firmware runs on XS: Node is for devices/node.",
      { path: "^devices/", pathNot: "^devices/node/" },
      {
        dependencyTypes: ["core"],
      },
    ),
    forbid(
      "firmware-without-packages",
      "Firmware is built from this repository.",
      { path: "^devices/", pathNot: "^devices/node/" },
      {
        path: "node_modules/",
      },
    ),
    forbid(
      "firmware-without-node-port",
      "devices/node is for Node.",
      { path: "^devices/", pathNot: "^devices/node/" },
      {
        path: "^devices/node/",
      },
    ),
    forbid(
      "host-sim-below-cli",
      "The command uses the simulator.",
      { path: "^host-sim/" },
      {
        path: "^(verifier|cli|bench|test|examples|scripts)/",
      },
    ),
    forbid(
      "verifier-beside-host-sim",
      "The verifier's service runs where there are no simulated devices: of the simulator it has the lock between processes alone.",
      { path: "^verifier/" },
      {
        path: "^(host-sim|cli|bench|test|examples|scripts)/",
        pathNot: "^host-sim/lock\\.ts$",
      },
    ),
    forbid(
      "cli-without-tests",
      "The command ships without tests and benches.",
      { path: "^cli/" },
      {
        path: "^(bench|test|scripts)/",
      },
    ),
    forbid(
      "no-development-packages",
      "What ships needs `dependencies`. The demonstration (cli/demo*) does not ship.",
      { path: "^(sdk|devices|host-sim|verifier|cli)/", pathNot: "^cli/demo" },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "resolvable",
      "No such file or package. Modules of the firmware are known to the compiler of `thimble build`.",
      {},
      { couldNotResolve: true, pathNot: "^(embedded:|thimble[:/]|mc/config$|timer$|console$)" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  },
};
