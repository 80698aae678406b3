/* SPDX-License-Identifier: Apache-2.0 */
// Deeds beyond the plain ones, by kind. Some run another deed in a setting of their own: in a thread, in a folder, as a user.
#pragma once

struct deed {
	const char *name;
	int needed;
	int (*act)(char **arguments);
};

// Lists that end with a nameless entry.
extern const struct deed file_deeds[], lineage_deeds[], descriptor_deeds[], socket_deeds[], kernel_deeds[], setting_deeds[], storm_deeds[];

int fail(const char *what);
int reap(int pid);
// Does the deed that the first word names.
int perform(char **words);
