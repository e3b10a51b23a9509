// SPDX-License-Identifier: Apache-2.0
/** Globals of spec files: what `thimble test` gives them, as types. */

declare const describe: import("./words.js").DescribeFunction;
declare const context: import("./words.js").DescribeFunction;
declare const it: import("./words.js").ItFunction;
declare const specify: import("./words.js").ItFunction;
declare const xdescribe: import("./words.js").DescribeFunction["skip"];
declare const xcontext: import("./words.js").DescribeFunction["skip"];
declare const xit: import("./words.js").ItFunction["skip"];
declare const xspecify: import("./words.js").ItFunction["skip"];
declare const before: import("./words.js").HookFunction;
declare const after: import("./words.js").HookFunction;
declare const beforeEach: import("./words.js").HookFunction;
declare const afterEach: import("./words.js").HookFunction;
