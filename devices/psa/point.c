/* SPDX-License-Identifier: Apache-2.0 */
/** Compressed points of P-256 (SEC 1 §2.3.3), which PSA does not take: made whole by Mbed TLS. */
#include "mbedtls/ecp.h"
#include "point.h"

psa_status_t xs_thimble_psa_whole_point(struct xs_thimble_psa_input *point, uint8_t whole[static WHOLE_POINT_SIZE])
{
	if (point->size != COMPRESSED_POINT_SIZE || (point->data[0] != 0x02 && point->data[0] != 0x03))
		return PSA_SUCCESS;
	psa_status_t status = PSA_ERROR_INVALID_ARGUMENT;
	mbedtls_ecp_group group;
	mbedtls_ecp_point value;
	size_t length = 0;
	mbedtls_ecp_group_init(&group);
	mbedtls_ecp_point_init(&value);
	int error = mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1);
	if (error == 0)
		error = mbedtls_ecp_point_read_binary(&group, &value, point->data, point->size);
	if (error == 0)
		error = mbedtls_ecp_check_pubkey(&group, &value); /* the root may not be one: the x of no point */
	if (error == 0)
		error = mbedtls_ecp_point_write_binary(&group, &value, MBEDTLS_ECP_PF_UNCOMPRESSED, &length, whole,
		                                       WHOLE_POINT_SIZE);
	if (error == 0 && length == WHOLE_POINT_SIZE) {
		*point = (struct xs_thimble_psa_input){whole, WHOLE_POINT_SIZE};
		status = PSA_SUCCESS;
	} else if (error == MBEDTLS_ERR_MPI_ALLOC_FAILED || error == MBEDTLS_ERR_ECP_ALLOC_FAILED) {
		status = PSA_ERROR_INSUFFICIENT_MEMORY;
	}
	mbedtls_ecp_point_free(&value);
	mbedtls_ecp_group_free(&group);
	return status;
}
