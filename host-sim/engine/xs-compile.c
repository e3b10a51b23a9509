/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The only program here that has XS's parser: JavaScript module in, XS byte code out (an XS_B file).
 *
 *   xs-compile info                      prints the engine's version, opcodes and built-in identifiers as JSON
 *   xs-compile module [options] IN OUT   compiles one module
 *     --debug         keep file and line in the byte code
 *     --twin FILE     compile a second time with file and line, into FILE: what positions are found by
 *     --natives       allow host functions (firmware modules only)
 *     --map FILE      source map of IN, so that lines are those of the TypeScript source
 *     --source NAME   file name to keep in the byte code (never an absolute path)
 *
 * An error is one line on stderr, `LINE<TAB>MESSAGE`, and exit status 1.
 */
#include "xsScript.h"

#include <errno.h>


static void report_error(void *console, txString path, txInteger line, txString format, c_va_list arguments)
{
	(void)console;
	(void)path;
	fprintf(stderr, "%d\t", (int)line);
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
}

static void report_warning(void *console, txString path, txInteger line, txString format, c_va_list arguments)
{
	(void)console;
	(void)path;
	(void)line;
	(void)format;
	(void)arguments;
}

/* The parser's default reporters; replaced by ours before parsing, wanted by the linker. */
void fxVReportError(void *console, txString path, txInteger line, txString format, c_va_list arguments)
{
	report_error(console, path, line, format, arguments);
}

void fxVReportWarning(void *console, txString path, txInteger line, txString format, c_va_list arguments)
{
	report_warning(console, path, line, format, arguments);
}

/* Profile identifiers are given by the running machine; a template object is tagged by its position. */
txID fxGenerateProfileID(void *console)
{
	(void)console;
	return XS_NO_ID;
}

static int next_tag;

void fxGenerateTag(void *console, txString buffer, txInteger size, txString path)
{
	(void)console;
	snprintf(buffer, (size_t)size, "#%d@%s", next_tag++, path ? path : "");
}

static int print_info(void)
{
	printf("{\"version\":[%d,%d,%d],\"symbols\":%d,\"codes\":[", XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION, XS_SYMBOL_ID_COUNT);
	for (int i = 0; i < XS_CODE_COUNT; i++)
		printf("%s[\"%s\",%d]", i ? "," : "", gxCodeNames[i], gxCodeSizes[i]);
	printf("],\"ids\":[");
	for (int i = 0; i < XS_ID_COUNT; i++)
		printf("%s\"%s\"", i ? "," : "", gxIDStrings[i]);
	printf("]}\n");
	return 0;
}

static void write_atom(FILE *file, const char *type, const void *data, size_t size)
{
	uint32_t total = (uint32_t)size + 8;
	uint8_t header[8] = {
		(uint8_t)(total >> 24), (uint8_t)(total >> 16), (uint8_t)(total >> 8), (uint8_t)total,
		(uint8_t)type[0], (uint8_t)type[1], (uint8_t)type[2], (uint8_t)type[3],
	};
	fwrite(header, 1, sizeof header, file);
	fwrite(data, 1, size, file);
}

static bool write_script(const txScript *script, const char *path)
{
	FILE *file = fopen(path, "wb");
	if (file == NULL)
		return false;
	const uint8_t version[4] = { XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION, 0 };
	write_atom(file, "VERS", version, sizeof version);
	write_atom(file, "SYMB", script->symbolsBuffer, (size_t)script->symbolsSize);
	write_atom(file, "CODE", script->codeBuffer, (size_t)script->codeSize);
	if (script->hostsBuffer)
		write_atom(file, "HOST", script->hostsBuffer, (size_t)script->hostsSize);
	bool ok = !ferror(file);
	return fclose(file) == 0 && ok;
}

static struct {
	txUnsigned flags;
	txString map;
	txString source;
	txString twin;
	txString files[2];
} options;

static bool parse_options(int argc, char **argv)
{
	int count = 0;
	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--debug"))
			options.flags |= mxDebugFlag;
		else if (!strcmp(argv[i], "--natives"))
			options.flags |= mxCFlag;
		else if (!strcmp(argv[i], "--map") && i + 1 < argc)
			options.map = argv[++i];
		else if (!strcmp(argv[i], "--source") && i + 1 < argc)
			options.source = argv[++i];
		else if (!strcmp(argv[i], "--twin") && i + 1 < argc)
			options.twin = argv[++i];
		else if (count < 2)
			options.files[count++] = argv[i];
		else
			return false;
	}
	return count == 2;
}

static int compile_module(txUnsigned flags, txString output)
{
	txParser parser;
	txParserJump jump;
	txScript *volatile script = NULL;
	FILE *volatile file = NULL;
	volatile int status = 1;
	next_tag = 0;
	fxInitializeParser(&parser, NULL, 1024 * 1024, 1993);
	parser.reportError = report_error;
	parser.reportWarning = report_warning;
	parser.firstJump = &jump;
	if (c_setjmp(jump.jmp_buf) == 0) {
		txString name = NULL;
		/* lines are mapped where a node's file is not the parser's: so the generated file has a name of its own */
		txString generated = options.source && !options.map ? options.source : options.files[0];
		parser.origin = parser.path = fxNewParserSymbol(&parser, generated);
		file = fopen(options.files[0], "r");
		if (file == NULL) {
			fprintf(stderr, "0\tcannot read %s: %s\n", options.files[0], strerror(errno));
			goto done;
		}
		fxParserTree(&parser, file, (txGetter)fgetc, flags, &name);
		fclose(file);
		file = NULL;
		if (options.map && parser.errorCount == 0) {
			file = fopen(options.map, "r");
			if (file == NULL) {
				fprintf(stderr, "0\tcannot read %s: %s\n", options.map, strerror(errno));
				goto done;
			}
			fxParserSourceMap(&parser, file, (txGetter)fgetc, flags, &name);
			fclose(file);
			file = NULL;
			parser.path = fxNewParserSymbol(&parser, options.source ? options.source : name);
		}
		fxParserHoist(&parser);
		fxParserBind(&parser);
		script = fxParserCode(&parser);
		if (parser.errorCount == 0 && script && write_script(script, output))
			status = 0;
		else if (parser.errorCount == 0)
			fprintf(stderr, "0\tcannot write %s: %s\n", output, strerror(errno));
	}
done:
	if (file)
		fclose(file);
	fxDeleteScript(script);
	fxTerminateParser(&parser);
	return status;
}

static int compile(void)
{
	int status = compile_module(options.flags, options.files[1]);
	if (status == 0 && options.twin)
		status = compile_module(options.flags | mxDebugFlag, options.twin);
	return status;
}

static int usage(void)
{
	fprintf(stderr, "usage: xs-compile info | xs-compile module [--debug] [--twin FILE] [--natives] [--map FILE] [--source NAME] IN OUT\n");
	return 2;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "info"))
		return print_info();
	if (argc > 2 && !strcmp(argv[1], "module"))
		return parse_options(argc - 2, argv + 2) ? compile() : usage();
	return usage();
}
