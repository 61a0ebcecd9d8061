/*
 * Runs a fuzz target without libFuzzer: every file of its corpus, then mutations of them, as many
 *as FUZZ_RUNS says. The mutations come from FUZZ_SEED and the number of the run alone, so a failure
 * comes again; FUZZ_ONLY=N does run N only and writes its input to standard output.
 *
 *	srcdir=. tests/fuzz/fuzz_base_json [DIRECTORY]
 */
#include <bsd/stdlib.h>
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "base/rand.h"
#include "tests/fuzz/fuzz.h"

#define RUNS 20000
#define INPUT_MAX 4096u
#define FILES_MAX 512u

struct input {
	size_t n;
	uint8_t data[INPUT_MAX];
};

static struct input *corpus[FILES_MAX];
static size_t corpus_count;
static long long current = -1;
static char current_file[PATH_MAX + NAME_MAX + 2];

/* The sanitizers' run-time library, where there is one. */
extern void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void report(void)
{
	char text[sizeof current_file + 64];
	int n = current < 0
		    ? snprintf(text, sizeof text, "fuzz: in %s\n", current_file)
		    : snprintf(text, sizeof text, "fuzz: again with FUZZ_ONLY=%lld\n", current);

	if (n > 0 && write(STDERR_FILENO, text, (size_t)n) < 0)
		_exit(1);
}

static void on_abort(int number)
{
	report();
	signal(number, SIG_DFL);
	raise(number);
}

static long long setting(const char *name, long long otherwise)
{
	const char *text = getenv(name), *wrong = NULL;
	long long value;

	if (text == NULL)
		return otherwise;
	value = strtonum(text, 0, LLONG_MAX, &wrong);
	if (wrong != NULL) {
		fprintf(stderr, "fuzz: %s=%s is %s\n", name, text, wrong);
		exit(2);
	}
	return value;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_input(const char *path)
{
	struct input *input = calloc(1, sizeof *input);
	FILE *file = fopen(path, "rb");

	if (input == NULL || file == NULL) {
		fprintf(stderr, "fuzz: cannot read %s\n", path);
		exit(2);
	}
	input->n = fread(input->data, 1, sizeof input->data, file);
	fclose(file);
	corpus[corpus_count++] = input;
}

/* The corpus in the order of its names: folders have another one on every machine. */
static void read_corpus(const char *directory)
{
	char *names[FILES_MAX];
	size_t count = 0;
	struct dirent *entry;
	DIR *dir = opendir(directory);

	if (dir == NULL) {
		fprintf(stderr, "fuzz: no corpus in %s\n", directory);
		exit(2);
	}
	while ((entry = readdir(dir)) != NULL && count < FILES_MAX) {
		if (entry->d_name[0] != '.')
			names[count++] = strdup(entry->d_name);
	}
	closedir(dir);
	qsort(names, count, sizeof names[0], compare_names);
	for (size_t i = 0; i < count; i++) {
		snprintf(current_file, sizeof current_file, "%s/%s", directory, names[i]);
		free(names[i]);
		read_input(current_file);
		LLVMFuzzerTestOneInput(corpus[i]->data, corpus[i]->n);
	}
	if (count == 0) {
		fprintf(stderr, "fuzz: the corpus in %s is empty\n", directory);
		exit(2);
	}
}

static void insert(struct input *input, size_t at, const void *data, size_t n)
{
	if (n > sizeof input->data - input->n)
		return;
	memmove(input->data + at + n, input->data + at, input->n - at);
	memcpy(input->data + at, data, n);
	input->n += n;
}

static void mutate(struct rng *rng, struct input *input)
{
	static const char *const tokens[] = {
	    "\xE2\x80\xAE",
	    "\xE2\x80\x8D",
	    "\xCC\x81",
	    "\xF0\x9F\x91\xA8",
	    "\xEF\xB8\x8F",
	    "\xED\xA0\x80",
	    "\xC2\x9B",
	    "\x1b]0;",
	    "\xE4\xB8\xAD",
	    "\r\n",
	    "\\u0000",
	    "\\ud800",
	    "{\"a\":",
	    "[[[[",
	    "99999999999999999999",
	    "-",
	    "Z",
	    "+08:00",
	    "  ",
	    "../",
	    ".",
	};
	struct input copy;
	size_t at = rng_below(rng, input->n + 1), n;

	switch (rng_below(rng, 6)) {
	case 0: /* one byte becomes another */
		if (at < input->n)
			input->data[at] = (uint8_t)rng_next(rng);
		break;
	case 1: /* one bit flips */
		if (at < input->n)
			input->data[at] ^= (uint8_t)(1u << rng_below(rng, 8));
		break;
	case 2: /* a piece goes */
		n = rng_below(rng, input->n - at + 1);
		memmove(input->data + at, input->data + at + n, input->n - at - n);
		input->n -= n;
		break;
	case 3: /* a piece comes twice */
		copy = *input;
		insert(input, at, copy.data + at, rng_below(rng, copy.n - at + 1));
		break;
	case 4: /* the end of another file */
		copy = *corpus[rng_below(rng, corpus_count)];
		input->n = at;
		n = rng_below(rng, copy.n + 1);
		insert(input, at, copy.data + n, copy.n - n);
		break;
	default: {
		const char *token = tokens[rng_below(rng, sizeof tokens / sizeof tokens[0])];

		insert(input, at, token, strlen(token));
	}
	}
}

static void make_input(struct input *input, uint64_t seed, long long number)
{
	struct rng rng;
	uint64_t times;

	rng_seed(&rng, seed + (uint64_t)number * 0x9E3779B97F4A7C15u);
	*input = *corpus[rng_below(&rng, corpus_count)];
	for (times = 1 + rng_below(&rng, 8); times > 0; times--)
		mutate(&rng, input);
}

int main(int argc, char **argv)
{
	static struct input input;
	const char *name = strrchr(argv[0], '/') != NULL ? strrchr(argv[0], '/') + 1 : argv[0];
	const char *srcdir = getenv("srcdir") != NULL ? getenv("srcdir") : ".";
	uint64_t seed = (uint64_t)setting("FUZZ_SEED", 1);
	long long runs = setting("FUZZ_RUNS", RUNS), only = setting("FUZZ_ONLY", -1);
	char directory[PATH_MAX];

	if (strncmp(name, "fuzz_", 5) == 0)
		name += 5;
	snprintf(directory, sizeof directory, "%s/tests/fuzz/corpus/%s", srcdir, name);
	signal(SIGABRT, on_abort);
	if (__sanitizer_set_death_callback != NULL)
		__sanitizer_set_death_callback(report);
	read_corpus(argc > 1 ? argv[1] : directory);
	for (long long i = only >= 0 ? only : 0; only >= 0 ? i == only : i < runs; i++) {
		current = i;
		make_input(&input, seed, i);
		if (only >= 0)
			fwrite(input.data, 1, input.n, stdout);
		fflush(stdout);
		LLVMFuzzerTestOneInput(input.data, input.n);
	}
	fprintf(stderr, "fuzz: %zu files, %lld mutations\n", corpus_count, only >= 0 ? 1 : runs);
	for (size_t i = 0; i < corpus_count; i++)
		free(corpus[i]);
	return 0;
}
