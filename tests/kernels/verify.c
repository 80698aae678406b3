// SPDX-License-Identifier: Apache-2.0
// verify OBJECT: has the kernel's verifier look at each program of the probe, one by one, and prints what each cost, or why it was refused.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_SIZE (16 << 20)
#define LAST_LINES 1500

static int silent(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return 0;
}

static int check(const char *path, const char *name)
{
	char *log = calloc(1, LOG_SIZE);
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;
	struct bpf_prog_info info = {};
	unsigned int size = sizeof(info);
	size_t settings_size;
	void *settings;
	int error;

	if (!object)
		return 1;
	/* Settings that say something, or the verifier would leave out what depends on them. */
	settings = (void *)bpf_map__initial_value(bpf_object__find_map_by_name(object, ".rodata.settings"), &settings_size);
	memset(settings, 1, settings_size);
	bpf_object__for_each_program(program, object) {
		int wanted = !strcmp(bpf_program__name(program), name);

		bpf_program__set_autoload(program, wanted);
		if (wanted) {
			bpf_program__set_log_buf(program, log, LOG_SIZE);
			bpf_program__set_log_level(program, 1);
		}
	}
	error = bpf_object__load(object);
	if (!error) {
		program = bpf_object__find_program_by_name(object, name);
		bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size);
		printf("%s %u %u\n", name, info.verified_insns, info.xlated_prog_len / 8);
	} else {
		size_t length = strlen(log);

		printf("REFUSED %s (%d):\n%s\n", name, error, log + (length > LAST_LINES ? length - LAST_LINES : 0));
	}
	bpf_object__close(object);
	free(log);
	return error != 0;
}

int main(int count, char **words)
{
	struct bpf_object *object;
	struct bpf_program *program;
	int refused = 0;

	libbpf_set_print(silent);
	if (count < 2 || !(object = bpf_object__open_file(words[1], NULL)))
		return 2;
	bpf_object__for_each_program(program, object)
		if (count < 3 || !strcmp(words[2], bpf_program__name(program)))
			refused += check(words[1], bpf_program__name(program));
	bpf_object__close(object);
	return refused != 0;
}
