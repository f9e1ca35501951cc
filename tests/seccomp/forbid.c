/*
 * forbid landlock|namespaces|landlock,namespaces PROGRAM [ARGUMENTS]: runs a program that cannot have these write fences.
 */
#include "forbid.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("Usage: forbid landlock|namespaces|landlock,namespaces PROGRAM [ARGUMENTS]\n", stderr);
		return 64;
	}
	if ((strstr(argv[1], "landlock") && !forbid_landlock()) || (strstr(argv[1], "namespaces") && !forbid_namespaces())) {
		perror("forbid: seccomp");
		return 71;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
