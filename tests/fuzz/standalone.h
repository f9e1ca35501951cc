/*
 * A main() that runs the target on the files it is given, for builds without libFuzzer (-DLKS_STANDALONE): it replays a corpus.
 */
#ifndef LKS_FUZZ_STANDALONE_H
#define LKS_FUZZ_STANDALONE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifdef LKS_STANDALONE
int main(int count, char **names)
{
	static uint8_t data[1 << 20];
	for (int i = 1; i < count; i++) {
		FILE *file = fopen(names[i], "rb");
		if (!file) {
			perror(names[i]);
			return 1;
		}
		size_t size = fread(data, 1, sizeof data, file);
		fclose(file);
		LLVMFuzzerTestOneInput(data, size);
	}
	printf("%d inputs\n", count - 1);
	return 0;
}
#endif

/* A property that does not hold is a finding like a crash. */
#define HOLDS(condition)                                                    \
	do {                                                                    \
		if (!(condition)) {                                                 \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                        \
		}                                                                   \
	} while (0)

#endif
