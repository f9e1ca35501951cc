/*
 * Makes the Nth allocation of the core fail: malloc and its kin are wrapped by the linker (-Wl,--wrap).
 */
#ifndef LOCKSTEP_TESTS_ALLOCATION_H
#define LOCKSTEP_TESTS_ALLOCATION_H

/* From now on the Nth allocation fails, N from 1; 0 for none. */
void allocation_fail_at(unsigned long nth);

/* Has it failed? */
int allocation_failed(void);

#endif
