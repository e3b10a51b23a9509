/* SPDX-License-Identifier: Apache-2.0 */
/**
 * In place of mbedtls_ecp_muladd (linker option --wrap): nearly all of a verification's time is there, and the same inputs
 * come thousands of times. Those of the cases as they are were noted; others are computed.
 */
#include <stddef.h>
#include <string.h>

#include <mbedtls/ecp.h>

#include "skip.h"

#define NUMBER 32u
#define POINT 65u
#define PRODUCTS_MAX 256u

struct product {
	uint8_t m[NUMBER], n[NUMBER], q[POINT], sum[POINT];
	int status;
};

struct products {
	uint32_t is_noting;
	uint32_t count;
	struct product of[PRODUCTS_MAX];
};

#define PRODUCTS ((struct products *)skip_products_memory())
_Static_assert(sizeof(struct products) <= SKIP_PRODUCTS_SIZE, "there is room for them");

int __real_mbedtls_ecp_muladd(mbedtls_ecp_group *curve, mbedtls_ecp_point *sum, const mbedtls_mpi *m, const mbedtls_ecp_point *p,
	const mbedtls_mpi *n, const mbedtls_ecp_point *q);
int __wrap_mbedtls_ecp_muladd(mbedtls_ecp_group *curve, mbedtls_ecp_point *sum, const mbedtls_mpi *m, const mbedtls_ecp_point *p,
	const mbedtls_mpi *n, const mbedtls_ecp_point *q);

void skip_products_note(bool is_noting)
{
	PRODUCTS->is_noting = is_noting;
}

/* False: not as signature.c calls it. */
static bool read_inputs(const mbedtls_ecp_group *curve, const mbedtls_mpi *m, const mbedtls_ecp_point *p, const mbedtls_mpi *n,
	const mbedtls_ecp_point *q, struct product *out)
{
	size_t size = 0;
	memset(out, 0, sizeof *out);
	return p == &curve->G && curve->id == MBEDTLS_ECP_DP_SECP256R1 && mbedtls_mpi_write_binary(m, out->m, NUMBER) == 0 &&
	       mbedtls_mpi_write_binary(n, out->n, NUMBER) == 0 &&
	       mbedtls_ecp_point_write_binary(curve, q, MBEDTLS_ECP_PF_UNCOMPRESSED, &size, out->q, POINT) == 0 && size == POINT;
}

int __wrap_mbedtls_ecp_muladd(mbedtls_ecp_group *curve, mbedtls_ecp_point *sum, const mbedtls_mpi *m, const mbedtls_ecp_point *p,
	const mbedtls_mpi *n, const mbedtls_ecp_point *q)
{
	struct product product;
	if (!read_inputs(curve, m, p, n, q, &product))
		return __real_mbedtls_ecp_muladd(curve, sum, m, p, n, q);
	for (uint32_t i = 0; i < PRODUCTS->count; i++) {
		const struct product *known = &PRODUCTS->of[i];
		if (memcmp(known, &product, offsetof(struct product, sum)) == 0)
			return known->status != 0 ? known->status : mbedtls_ecp_point_read_binary(curve, sum, known->sum, POINT);
	}
	product.status = __real_mbedtls_ecp_muladd(curve, sum, m, p, n, q);
	if (PRODUCTS->is_noting && PRODUCTS->count < PRODUCTS_MAX) {
		size_t size = 0;
		if (product.status != 0 ||
			mbedtls_ecp_point_write_binary(curve, sum, MBEDTLS_ECP_PF_UNCOMPRESSED, &size, product.sum, POINT) == 0)
			PRODUCTS->of[PRODUCTS->count++] = product;
	}
	return product.status;
}
