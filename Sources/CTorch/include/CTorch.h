// libtorch behind a small C ABI. Nothing else in this repository sees libtorch.
//
// Every call that can fail returns NULL on success, or a message that the caller frees with `ct_message_free`. Results
// are written to out-parameters. A `ct_tensor` owns one reference and is released with `ct_tensor_release`; NULL means
// "no tensor". No exception crosses this boundary.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ct_tensor_s *ct_tensor;
typedef const struct ct_operator_s *ct_operator;
typedef char *ct_message;

void ct_message_free(ct_message message);

// MARK: Operators, through the dispatcher

typedef enum {
  CT_NONE,
  CT_TENSOR,
  CT_INTEGER,
  CT_REAL,
  CT_BOOLEAN,
  CT_INTEGERS,
  CT_REALS,
  CT_TENSORS,
  CT_STRING,
  CT_DTYPE,          // integer: the number of a c10::ScalarType
  CT_DEVICE,         // integer: type * 256 + (index + 1)
  CT_MEMORY_FORMAT,  // integer: the number of a c10::MemoryFormat
} ct_tag;

// A tagged argument or result. Lists point to `count` elements; the lists of an argument are borrowed during the call.
typedef struct {
  ct_tag tag;
  int64_t integer;
  double real;
  const void *pointer;  // ct_tensor, int64_t *, double *, ct_tensor *, or char *
  size_t count;
} ct_value;

ct_message ct_operator_find(const char *name, const char *overload, ct_operator *result);
// Missing trailing arguments take the schema's defaults. Results: tensors (owned by the caller), integers, reals,
// booleans; a list of tensors is flattened into `results`. `*resultCount` is set to how many were written.
ct_message ct_operator_call(ct_operator op, const ct_value *arguments, size_t argumentCount, ct_value *results,
                            size_t resultCapacity, size_t *resultCount);

// MARK: Tensors

void ct_tensor_release(ct_tensor tensor);
int64_t ct_live_tensor_count(void);
// The memory must stay valid until `release(context)` is called; strides may be NULL (contiguous).
ct_message ct_tensor_over_memory(void *data, const int64_t *sizes, const int64_t *strides, size_t rank, int dtype,
                                 void (*release)(void *), void *context, ct_tensor *result);
size_t ct_tensor_rank(ct_tensor tensor);
const int64_t *ct_tensor_sizes(ct_tensor tensor);
int ct_tensor_dtype(ct_tensor tensor);
int64_t ct_tensor_device(ct_tensor tensor);
bool ct_tensor_is_contiguous(ct_tensor tensor, int memoryFormat);
void *ct_tensor_data(ct_tensor tensor);

// MARK: Autograd

bool ct_tensor_requires_grad(ct_tensor tensor);
ct_message ct_tensor_set_requires_grad(ct_tensor tensor, bool value);
// Sets `*result` to NULL where no gradient was accumulated.
ct_message ct_tensor_grad(ct_tensor tensor, ct_tensor *result);
ct_message ct_tensor_clear_grad(ct_tensor tensor);
// `gradient` is NULL for a scalar.
ct_message ct_backward(ct_tensor output, ct_tensor gradient);
// A copy of the scalar `value`. Its backward pass multiplies each of `gradients` by the incoming gradient and passes
// the product to the matching tensor of `inputs`. First order only.
ct_message ct_attach_gradient(ct_tensor value, const ct_tensor *inputs, const ct_tensor *gradients, size_t count,
                              ct_tensor *result);
bool ct_grad_mode(void);
void ct_set_grad_mode(bool enabled);

// MARK: State of the calling thread and of the process

// Enter and leave an autocast region. Leaving the outermost one clears the cache of cast weights: a forward pass
// without gradients leaves casts there that have no graph.
ct_message ct_autocast_enter(int64_t device, int dtype);
ct_message ct_autocast_exit(int64_t device);
ct_message ct_seed(uint64_t seed);
// Of the processor's generator alone.
ct_message ct_seed_processor(uint64_t seed);
ct_message ct_generator_state(ct_tensor *result);
ct_message ct_set_generator_state(ct_tensor state);
ct_message ct_set_deterministic(bool value);
bool ct_deterministic(void);
int ct_thread_count(void);
ct_message ct_set_thread_count(int count);
const char *ct_version(void);
// Whether the processor computes bfloat16 products natively (AVX512_BF16, AMX, or Arm's BF16).
bool ct_cpu_has_bfloat16(void);
// Whether the processor has a feature, by libtorch's name: "avx2", "avx512_f", "amx_bf16", "neon" and so on.
bool ct_cpu_has(const char *feature);
// The file that libtorch was loaded from; NULL where the system does not say.
ct_message ct_library_path(void);
// Whether libtorch was built with CUDA, even if this machine has no GPU.
bool ct_is_built_with_cuda(void);
ct_message ct_cuda_device_count(int *result);
bool ct_has_mps(void);
ct_message ct_synchronize(int64_t device);

// MARK: Memory

typedef struct ct_memory_watch_s *ct_memory_watch;

// Counts the bytes that tensors take from now on, on this thread and on the threads that libtorch runs for it. Watches
// must end on the same thread, in the reverse order.
ct_message ct_memory_watch_begin(ct_memory_watch *result);
// The peak since the last call.
int64_t ct_memory_watch_take_peak(ct_memory_watch watch);
void ct_memory_watch_end(ct_memory_watch watch);
ct_message ct_device_memory(int64_t device, int64_t *available, int64_t *total);

// MARK: ONNX

typedef struct ct_onnx_s *ct_onnx;
// An attribute of a node: CT_INTEGER, CT_REAL or CT_INTEGERS.
typedef struct {
  const char *name;
  ct_value value;
} ct_onnx_attribute;

// A model under construction; NULL if memory runs out. Values are referred to by name, and a negative size is open: the
// size of the batch where it is the first. Outputs are float32.
ct_onnx ct_onnx_create(void);
void ct_onnx_free(ct_onnx model);
ct_message ct_onnx_input(ct_onnx model, const char *name, int dtype, const int64_t *sizes, size_t rank);
ct_message ct_onnx_weight(ct_onnx model, const char *name, ct_tensor tensor);
ct_message ct_onnx_node(ct_onnx model, const char *operation, const char *const *inputs, size_t inputCount,
                        const ct_onnx_attribute *attributes, size_t attributeCount, const char *output);
ct_message ct_onnx_output(ct_onnx model, const char *name, const int64_t *sizes, size_t rank);
// The bytes of the file, checked by ONNX's own checker; the caller frees them.
ct_message ct_onnx_finish(ct_onnx model, int64_t operatorSet, char **bytes, size_t *count);

// MARK: Cores

// The cores that this thread may run on, at most `capacity`; 0 where the system does not say.
int32_t ct_cores(int32_t *cores, int32_t capacity);
// This thread, and what it starts from now on, runs on these alone. Where the system refuses, nothing changes.
void ct_bind_to_cores(const int32_t *cores, int32_t count);

// MARK: Several processes

// A store of names and bytes that all processes reach.
typedef struct ct_store_s *ct_store;
// The processes that compute together. Its calls are made in the same order by all, and only from one thread. Where another
// process is gone, they return a sentence that names it, and `ct_world_lost` its number.
typedef struct ct_world_s *ct_world;

bool ct_has_processes(void);
// Whether tensors on GPUs can be sent.
bool ct_has_nccl(void);
// Port 0 lets the system choose. `timeout` in seconds: how long to wait for the process that holds the store.
ct_message ct_store_open(const char *host, uint16_t port, bool isServer, double timeout, ct_store *result,
                         uint16_t *actualPort);
void ct_store_close(ct_store store);
// Waits until all have come. `host` is where the store is; `prefix` tells this attempt from an earlier one.
ct_message ct_world_join(ct_store store, const char *host, const char *prefix, int rank, int size, double timeout,
                         ct_world *result);
// -1 if the last error was not about another process.
int ct_world_lost(ct_world world);
// Whether the process that was lost has told so itself, and what it ended for.
bool ct_world_has_spoken(ct_world world);
ct_message ct_world_publish(ct_world world, const char *name, const void *data, size_t count);
// Waits until it is there. `*data` is freed by the caller.
ct_message ct_world_fetch(ct_world world, const char *name, char **data, size_t *count);
// Tells the others why this process ends, and by whose fault; NULL if it is through.
ct_message ct_world_leave(ct_world world, int culprit, const char *sentence);
// In place.
ct_message ct_world_sum(ct_world world, ct_tensor tensor);
ct_message ct_world_maximum(ct_world world, ct_tensor tensor);
// The rows of all processes, one after the other; each has as many.
ct_message ct_world_gather(ct_world world, ct_tensor tensor, ct_tensor *result);
// The sum over all processes, of which each gets its part of the rows.
ct_message ct_world_sum_part(ct_world world, ct_tensor tensor, ct_tensor *result);
// In place: all get what process 0 has.
ct_message ct_world_broadcast(ct_world world, ct_tensor tensor);
ct_message ct_world_barrier(ct_world world);
// Says who is gone, if any process is; returns at once.
ct_message ct_world_look(ct_world world);
// Batch normalisation in training over dimension 1, with the statistics of all processes together; records gradients.
ct_message ct_world_batch_norm(ct_world world, ct_tensor x, ct_tensor weight, ct_tensor bias, ct_tensor runningMean,
                               ct_tensor runningVariance, double momentum, double epsilon, ct_tensor *result);

// The sums of gradients over all processes, on their way.
typedef struct ct_gradient_sums_s *ct_gradient_sums;

// Sends the gradients of `parameters` in buckets, each as soon as the coming backward pass from `output` has added its last
// gradient. `ends`: the place behind the last parameter of each bucket; parameters of a bucket have one type.
ct_message ct_gradient_sums_begin(ct_world world, ct_tensor output, const ct_tensor *parameters, size_t count, const size_t *ends,
                                  size_t bucketCount, ct_gradient_sums *result);
// Waits for them all, and puts them in place of the gradients. In seconds: how long buckets were on their way (0 if not known, on a
// GPU), and how long this call waited.
ct_message ct_gradient_sums_finish(ct_gradient_sums sums, double *sent, double *waited);
void ct_gradient_sums_free(ct_gradient_sums sums);

#ifdef __cplusplus
}
#endif
