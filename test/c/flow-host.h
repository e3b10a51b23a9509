/* SPDX-License-Identifier: Apache-2.0 */
/** The silicon of flow.h on a desktop: the model in a window of its own, with power cuts that come back. */
#ifndef THIMBLE_FLOW_HOST_H
#define THIMBLE_FLOW_HOST_H

#include <setjmp.h>

#include "flow.h"

#define FLOW_OPERATIONS_MAX 4096u

/** Lengths of the operations since flow_watch(). */
extern uint32_t flow_operations[FLOW_OPERATIONS_MAX];
extern uint32_t flow_operation_count;

/** Counts operations from now on; power fails in the operation-th (from 1; 0: never) after so many bytes: flow_cut is jumped to. */
void flow_watch(uint32_t operation, uint32_t bytes);
extern jmp_buf flow_cut;

/** What boot can change, or an attacker: OTP, the beginnings of all slots, trust records, slot records. */
struct flow_snapshot *flow_save(void);
void flow_load(const struct flow_snapshot *snapshot);
/** Whether the slots hold what they held then. */
bool flow_slots_are_as_in(const struct flow_snapshot *snapshot);

#endif
