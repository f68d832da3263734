// Recurrent layers on a CPU: forward and backward over whole sequences, for rows of unequal length.
//
// No header of torch or Python is needed: kernel.py hands over pointers and strides. The file is compiled
// once for each instruction set (build.py); SKRNN_VECTOR is the number of floats in a vector.
//
// How it works. Rows are sorted by length and cut into blocks. A block reads its sequences alone, step by
// step: one product of [x_t, h_{t-1}] with the weights, then the element-wise algebra of the cell. Rows that
// have ended drop out at the end of the block, so that padding costs nothing. The backward pass mirrors
// this and sums the gradient of the weights block by block; the sums are added in order. Blocks depend on
// the batch alone, not on threads, and a row's numbers do not depend on the other rows: each element of a
// product is summed over k = 0, 1, 2, ... whatever the tile. Hence the same bits with any number of threads,
// and for a row in any batch.
//
// Letters: B rows, T steps, F features, H units, P units padded to whole vectors. Gates of a row lie one
// after the other, each padded to P; what pads is zero or meets weights that are zero.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#ifndef SKRNN_VECTOR
#define SKRNN_VECTOR 4
#endif

extern "C" {

enum { RNN_TANH, RNN_RELU, RNN_SIGMOID, LSTM, GRU, PEEPHOLE, RRNN_TANH, RRNN_RELU, RRNN_SIGMOID };

struct SkrnnCall {
    int64_t cell, n_rows, n_steps, n_features, n_units, n_threads, keep;  // keep: for a backward pass
    const int64_t *order, *lengths;  // rows, longest first, and the lengths in that order
    const float *x;
    int64_t x_row, x_step;                              // strides; features lie side by side
    const float *w_ih, *w_hh, *b_ih, *b_hh, *peephole;  // torch's layout; three peepholes of H
    const float *h0, *c0;                               // (B, H) or null for zero
    float *out;                                         // null: only the last state is wanted
    int64_t out_row, out_step;
    float *h_n, *c_n;  // (B, H)
    float *kept;       // skrnn_kept(call) floats
    // backward alone
    const float *d_out;  // null: no gradient of the outputs
    int64_t d_out_row, d_out_step;
    const float *d_h_n, *d_c_n;                            // null: none
    float *d_x, *d_h0, *d_c0;                              // null: not wanted; d_x is (B, T, F)
    float *d_w_ih, *d_w_hh, *d_b_ih, *d_b_hh, *d_peephole;  // written, not added to
};

int skrnn_level();
int64_t skrnn_size_of_call();  // so that a library of another version is not called
int64_t skrnn_kept(const SkrnnCall *call);
void skrnn_forward(const SkrnnCall *call);
void skrnn_backward(const SkrnnCall *call);
// What stands behind the recurrent layers, for answers that do not depend on the batch either.
void skrnn_linear(const float *x, const float *w, const float *b, float *out, int64_t n_rows, int64_t n_in,
                  int64_t n_out);
void skrnn_mean(const float *x, const int64_t *lengths, float *out, int64_t n_rows, int64_t n_steps, int64_t n);
void skrnn_attention(const float *x, const int64_t *lengths, const float *w, const float *b, const float *query,
                     float *out, int64_t n_rows, int64_t n_steps, int64_t n);
}

namespace {

// ------------------------------------------------------------------------------------------- vectors

constexpr int64_t VECTOR = SKRNN_VECTOR;
constexpr int64_t TILE_ROWS = 6;                       // a tile of products is held in registers:
constexpr int64_t TILE_VECTORS = VECTOR == 16 ? 4 : 2;  // 32 of them with AVX-512, 16 before
constexpr int64_t PANEL = TILE_VECTORS * VECTOR;

typedef float V __attribute__((vector_size(4 * SKRNN_VECTOR)));
typedef float Unaligned __attribute__((vector_size(4 * SKRNN_VECTOR), aligned(4), may_alias));

inline V load(const float *p) { return *reinterpret_cast<const Unaligned *>(p); }
inline void store(float *p, V v) { *reinterpret_cast<Unaligned *>(p) = v; }
inline V all(float value) { return value - V{}; }
inline int64_t padded(int64_t n) { return (n + VECTOR - 1) / VECTOR * VECTOR; }

// x P(x^2) / Q(x^2), fitted to tanh on [-9, 9] with a relative error below 3e-8. A comparison with NaN is
// false, so that NaN stays NaN.
inline V tanh_(V x) {
    x = x > 9.0f ? all(9.0f) : x;
    x = x < -9.0f ? all(-9.0f) : x;
    V u = x * x;
    V p = u * 1.3336955375404047e-08f + 2.0596357133804643e-05f;
    p = p * u + 0.003494816330553602f;
    p = p * u + 0.13380376100791516f;
    p = p * u + 0.9999999792349136f;
    V q = u * 7.769328665366977e-07f + 0.0003284371713245648f;
    q = q * u + 0.025874047031788257f;
    q = q * u + 0.46713691519666367f;
    q = q * u + 1.0f;
    return x * p / q;
}

inline V sigmoid_(V x) { return tanh_(x * 0.5f) * 0.5f + 0.5f; }
inline V relu_(V x) { return x < 0.0f ? V{} : x; }

// An activation and, from its value, its slope.
struct Tanh {
    static V value(V x) { return tanh_(x); }
    static V slope(V y) { return 1.0f - y * y; }
};
struct Relu {
    static V value(V x) { return relu_(x); }
    static V slope(V y) { return y > 0.0f ? all(1.0f) : V{}; }
};
struct Sigmoid {
    static V value(V x) { return sigmoid_(x); }
    static V slope(V y) { return y * (1.0f - y); }
};

// ------------------------------------------------------------------------------------------- products

// A matrix (K, N) cut into panels of PANEL columns, each of which is stored row by row.
struct Panels {
    int64_t K = 0, N = 0;
    std::vector<float> data;
    void shape(int64_t k, int64_t n) {
        K = k, N = padded(n);
        data.assign(K * N, 0.0f);
    }
    // Fill in `count` columns from column `first`: column first + j, row k is from[j * step_j + k * step_k].
    void fill(int64_t first, int64_t count, const float *from, int64_t step_j, int64_t step_k) {
        for (int64_t j = 0; j < count; j++) {
            int64_t n = first + j, panel = n / PANEL * PANEL, width = std::min(PANEL, N - panel);
            float *to = &data[panel * K + n - panel];
            for (int64_t k = 0; k < K; k++) to[k * width] = from[j * step_j + k * step_k];
        }
    }
};

// One term of a sum of products: row i of A starts at rows[i] + offset.
struct Term {
    const float *const *rows;
    int64_t offset;
    const Panels *b;
};

struct Ready {
    const float *a[TILE_ROWS];
    const float *b;
    int64_t K;
};

template <int R, int N>
void tile(const Ready *terms, int n_terms, const float *bias, float *c, int64_t ldc) {
    V sum[R][N];
    for (int i = 0; i < R; i++)
        for (int j = 0; j < N; j++) sum[i][j] = bias ? load(bias + j * VECTOR) : load(c + i * ldc + j * VECTOR);
    for (const Ready *term = terms; term < terms + n_terms; term++) {
        const float *a[R], *b = term->b;
        for (int i = 0; i < R; i++) a[i] = term->a[i];
        for (int64_t k = 0; k < term->K; k++, b += N * VECTOR) {
            V w[N];
            for (int j = 0; j < N; j++) w[j] = load(b + j * VECTOR);
            for (int i = 0; i < R; i++) {
                V value = all(a[i][k]);
                for (int j = 0; j < N; j++) sum[i][j] += value * w[j];
            }
        }
    }
    for (int i = 0; i < R; i++)
        for (int j = 0; j < N; j++) store(c + i * ldc + j * VECTOR, sum[i][j]);
}

template <int R>
void tile_of(int64_t n, const Ready *terms, int n_terms, const float *bias, float *c, int64_t ldc) {
    switch (n) {
        case 1: return tile<R, 1>(terms, n_terms, bias, c, ldc);
        case 2: return tile<R, 2>(terms, n_terms, bias, c, ldc);
#if SKRNN_VECTOR == 16
        case 3: return tile<R, 3>(terms, n_terms, bias, c, ldc);
        case 4: return tile<R, 4>(terms, n_terms, bias, c, ldc);
#endif
    }
}

// C (n_rows, N) = bias + the sum of A B over the terms; without a bias the sum is added to C.
void multiply(int64_t n_rows, const Term *terms, int n_terms, const float *bias, float *c, int64_t ldc) {
    int64_t N = terms[0].b->N;
    for (int64_t panel = 0; panel < N; panel += PANEL) {
        int64_t width = std::min(PANEL, N - panel) / VECTOR;
        for (int64_t row = 0; row < n_rows; row += TILE_ROWS) {
            int64_t rows = std::min(TILE_ROWS, n_rows - row);
            Ready ready[4];
            for (int s = 0; s < n_terms; s++) {
                ready[s].K = terms[s].b->K;
                ready[s].b = terms[s].b->data.data() + panel * ready[s].K;
                for (int64_t i = 0; i < rows; i++) ready[s].a[i] = terms[s].rows[row + i] + terms[s].offset;
            }
            const float *start = bias ? bias + panel : nullptr;
            float *out = c + row * ldc + panel;
            switch (rows) {
                case 1: tile_of<1>(width, ready, n_terms, start, out, ldc); break;
                case 2: tile_of<2>(width, ready, n_terms, start, out, ldc); break;
                case 3: tile_of<3>(width, ready, n_terms, start, out, ldc); break;
                case 4: tile_of<4>(width, ready, n_terms, start, out, ldc); break;
                case 5: tile_of<5>(width, ready, n_terms, start, out, ldc); break;
                case 6: tile_of<6>(width, ready, n_terms, start, out, ldc); break;
            }
        }
    }
}

// Sums over many rows of outer products: G (I, N) += sum_k a_k (I) d_k (N), with a_k and d_k by pointers.
template <int R, int N>
void outer_tile(int64_t K, const float *a, const float *d, float *g, int64_t ldg) {
    V sum[R][N];
    for (int i = 0; i < R; i++)
        for (int j = 0; j < N; j++) sum[i][j] = load(g + i * ldg + j * VECTOR);
    for (int64_t k = 0; k < K; k++, a += TILE_ROWS, d += N * VECTOR) {
        V w[N];
        for (int j = 0; j < N; j++) w[j] = load(d + j * VECTOR);
        for (int i = 0; i < R; i++) {
            V value = all(a[i]);
            for (int j = 0; j < N; j++) sum[i][j] += value * w[j];
        }
    }
    for (int i = 0; i < R; i++)
        for (int j = 0; j < N; j++) store(g + i * ldg + j * VECTOR, sum[i][j]);
}

template <int R>
void outer_tile_of(int64_t n, int64_t K, const float *a, const float *d, float *g, int64_t ldg) {
    switch (n) {
        case 1: return outer_tile<R, 1>(K, a, d, g, ldg);
        case 2: return outer_tile<R, 2>(K, a, d, g, ldg);
#if SKRNN_VECTOR == 16
        case 3: return outer_tile<R, 3>(K, a, d, g, ldg);
        case 4: return outer_tile<R, 4>(K, a, d, g, ldg);
#endif
    }
}

struct Outer {
    std::vector<float> a, d;

    // a[k] points at I numbers, d[k] at N numbers; G has the row stride ldg.
    void add(const std::vector<const float *> &as, int64_t I, const std::vector<const float *> &ds,
             int64_t offset, int64_t N, float *g, int64_t ldg) {
        int64_t K = as.size();
        a.resize((I + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS * K);
        d.resize(K * PANEL);
        for (int64_t i = 0; i < I; i += TILE_ROWS)
            for (int64_t k = 0, rows = std::min(TILE_ROWS, I - i); k < K; k++)
                for (int64_t r = 0; r < rows; r++) a[i * K + k * TILE_ROWS + r] = as[k][i + r];
        for (int64_t panel = 0; panel < N; panel += PANEL) {
            int64_t width = std::min(PANEL, N - panel);
            for (int64_t k = 0; k < K; k++)
                std::memcpy(&d[k * width], ds[k] + offset + panel, width * sizeof(float));
            for (int64_t i = 0; i < I; i += TILE_ROWS) tile(std::min(TILE_ROWS, I - i), width, K, i, g, ldg, panel);
        }
    }

    void tile(int64_t rows, int64_t width, int64_t K, int64_t i, float *g, int64_t ldg, int64_t panel) {
        const float *from = &a[i * K];
        float *to = g + i * ldg + panel;
        int64_t n = width / VECTOR;
        switch (rows) {
            case 1: return outer_tile_of<1>(n, K, from, d.data(), to, ldg);
            case 2: return outer_tile_of<2>(n, K, from, d.data(), to, ldg);
            case 3: return outer_tile_of<3>(n, K, from, d.data(), to, ldg);
            case 4: return outer_tile_of<4>(n, K, from, d.data(), to, ldg);
            case 5: return outer_tile_of<5>(n, K, from, d.data(), to, ldg);
            case 6: return outer_tile_of<6>(n, K, from, d.data(), to, ldg);
        }
    }
};

// ------------------------------------------------------------------------------------------- cells

// What a cell is, in numbers. Gates are products; groups share a term of the sum (see Weights).
struct Kind {
    int64_t inputs, recurrent, columns, kept, outputs;  // gates of x and h, of both; parts kept; blocks of out
    bool memory;                                        // whether there is a state c
};

Kind kind_of(int64_t cell) {
    switch (cell) {
        case LSTM:
        case PEEPHOLE: return {4, 4, 4, 6, 1, true};             // i f g o | c h
        case GRU: return {3, 3, 4, 5, 1, false};                 // r z n u | h
        case RRNN_TANH:
        case RRNN_RELU:
        case RRNN_SIGMOID: return {3, 4, 3, 3, 2, false};        // h r h'
        default: return {1, 1, 1, 1, 1, false};                  // h
    }
}

// Where h is among the parts kept of a row.
int64_t h_part(int64_t cell) {
    if (cell == LSTM || cell == PEEPHOLE) return 5;
    if (cell == GRU) return 4;
    return 0;
}

bool is_rrnn(int64_t cell) { return cell >= RRNN_TANH; }

// Rows of a block: they depend on the batch alone. Two blocks or more where two threads are worth it.
int64_t block_rows(const SkrnnCall &call) {
    return call.n_rows <= 32 && call.n_rows * call.n_units >= 4096 ? 16 : 32;
}

// Weights in the order in which the products read them.
struct Weights {
    int64_t H, P, F;
    Panels x_all, h_all, x_new, h_new, h_gated;  // forward: all gates; of GRU r and z, then n
    std::vector<float> bias;                     // (columns, P), then (P) for the second product of RRNN
    std::vector<float> peephole;                 // (3, P)
    std::vector<Panels> back_h, back_x;          // backward: one for each gate

    // Columns [first, last) of gates, from rows of w (gates * H, K).
    void pack(Panels &panels, const float *w, int64_t K, int64_t first, int64_t last) const {
        panels.shape(K, (last - first) * P);
        for (int64_t g = first; g < last; g++) panels.fill((g - first) * P, H, w + g * H * K, K, 1);
    }

    void pack_back(Panels &panels, const float *w, int64_t N, int64_t gate) const {
        panels.shape(H, N);
        panels.fill(0, N, w + gate * H * N, 1, N);
    }

    void add_bias(const float *b, int64_t gate, int64_t column) {
        for (int64_t j = 0; j < H; j++) bias[column * P + j] += b[gate * H + j];
    }

    explicit Weights(const SkrnnCall &call, bool backward) : H(call.n_units), P(padded(H)), F(call.n_features) {
        Kind kind = kind_of(call.cell);
        if (backward) {
            back_h.resize(kind.recurrent), back_x.resize(kind.inputs);
            for (int64_t g = 0; g < kind.recurrent; g++) pack_back(back_h[g], call.w_hh, H, g);
            if (call.d_x)
                for (int64_t g = 0; g < kind.inputs; g++) pack_back(back_x[g], call.w_ih, F, g);
        } else {
            pack_forward(call);
        }
        if (call.peephole) {
            peephole.assign(3 * P, 0.0f);
            for (int64_t g = 0; g < 3; g++)
                std::memcpy(&peephole[g * P], call.peephole + g * H, H * sizeof(float));
        }
    }

    void pack_forward(const SkrnnCall &call) {
        Kind kind = kind_of(call.cell);
        bias.assign((kind.columns + 1) * P, 0.0f);
        bool gru = call.cell == GRU;
        int64_t together = gru ? 2 : kind.inputs;
        pack(x_all, call.w_ih, F, 0, together);
        pack(h_all, call.w_hh, H, 0, together);
        for (int64_t g = 0; g < together; g++) add_bias(call.b_ih, g, g), add_bias(call.b_hh, g, g);
        if (gru) {
            pack(x_new, call.w_ih, F, 2, 3), pack(h_new, call.w_hh, H, 2, 3);
            add_bias(call.b_ih, 2, 2), add_bias(call.b_hh, 2, 3);
        }
        if (is_rrnn(call.cell)) {
            pack(h_gated, call.w_hh, H, 3, 4);
            add_bias(call.b_hh, 3, 2);  // of the gate h', beside its other two
        }
    }
};

// The element-wise algebra of one row and one step. Parts of a row lie P apart. `keep` holds the sums of the
// gates on entry and what is kept on exit; h and c are states before the step.

void lstm_step(int64_t P, float *keep, const float *c, const float *peephole) {
    for (int64_t j = 0; j < P; j += VECTOR) {
        float *at = keep + j;
        V old = load(c + j), i = load(at), f = load(at + P), o = load(at + 3 * P);
        if (peephole) i += load(peephole + j) * old, f += load(peephole + P + j) * old;
        i = sigmoid_(i), f = sigmoid_(f);
        V g = tanh_(load(at + 2 * P)), now = f * old + i * g;
        if (peephole) o += load(peephole + 2 * P + j) * now;
        o = sigmoid_(o);
        store(at, i), store(at + P, f), store(at + 2 * P, g), store(at + 3 * P, o);
        store(at + 4 * P, now), store(at + 5 * P, o * tanh_(now));
    }
}

// From d_h and d_c to the gradients of the sums and d_c of the step before; d_v sums those of peepholes.
void lstm_back(int64_t P, const float *keep, const float *c, const float *d_h, float *d_c, float *d,
               const float *peephole, float *d_v) {
    for (int64_t j = 0; j < P; j += VECTOR) {
        const float *at = keep + j;
        V i = load(at), f = load(at + P), g = load(at + 2 * P), o = load(at + 3 * P), now = load(at + 4 * P);
        V old = load(c + j), t = tanh_(now), dh = load(d_h + j);
        V d_o = dh * t * o * (1.0f - o);
        V dc = load(d_c + j) + dh * o * (1.0f - t * t);
        if (peephole) dc += d_o * load(peephole + 2 * P + j);
        V d_i = dc * g * i * (1.0f - i), d_f = dc * old * f * (1.0f - f), d_g = dc * i * (1.0f - g * g);
        V before = dc * f;
        if (peephole) {
            before += d_i * load(peephole + j) + d_f * load(peephole + P + j);
            store(d_v + j, load(d_v + j) + d_i * old);
            store(d_v + P + j, load(d_v + P + j) + d_f * old);
            store(d_v + 2 * P + j, load(d_v + 2 * P + j) + d_o * now);
        }
        store(d_c + j, before);
        store(d + j, d_i), store(d + P + j, d_f), store(d + 2 * P + j, d_g), store(d + 3 * P + j, d_o);
    }
}

void gru_step(int64_t P, float *keep, const float *h) {
    for (int64_t j = 0; j < P; j += VECTOR) {
        float *at = keep + j;
        V r = sigmoid_(load(at)), z = sigmoid_(load(at + P)), u = load(at + 3 * P);
        V n = tanh_(load(at + 2 * P) + r * u);
        store(at, r), store(at + P, z), store(at + 2 * P, n);
        store(at + 4 * P, n + z * (load(h + j) - n));
    }
}

// On exit d_h holds what goes past the products, d_h z.
void gru_back(int64_t P, const float *keep, const float *h, float *d_h, float *d) {
    for (int64_t j = 0; j < P; j += VECTOR) {
        const float *at = keep + j;
        V r = load(at), z = load(at + P), n = load(at + 2 * P), u = load(at + 3 * P), dh = load(d_h + j);
        V d_z = dh * (load(h + j) - n) * z * (1.0f - z);
        V d_n = dh * (1.0f - z) * (1.0f - n * n);
        store(d + j, d_n * u * r * (1.0f - r)), store(d + P + j, d_z);
        store(d + 2 * P + j, d_n), store(d + 3 * P + j, d_n * r);
        store(d_h + j, dh * z);
    }
}

template <class Act>
void rnn_step(int64_t P, float *keep) {
    for (int64_t j = 0; j < P; j += VECTOR) store(keep + j, Act::value(load(keep + j)));
}

template <class Act>
void rnn_back(int64_t P, const float *keep, float *d_h, float *d) {
    for (int64_t j = 0; j < P; j += VECTOR) {
        store(d + j, load(d_h + j) * Act::slope(load(keep + j)));
        store(d_h + j, V{});
    }
}

// RRNN takes two halves: the gate, before the second product reads gated = r h; then the activations.
void rrnn_gate(int64_t P, float *keep, const float *h, float *gated) {
    for (int64_t j = 0; j < P; j += VECTOR) {
        V r = sigmoid_(load(keep + P + j));
        store(keep + P + j, r), store(gated + j, r * load(h + j));
    }
}

template <class Act>
void rrnn_step(int64_t P, float *keep) {
    for (int64_t j = 0; j < P; j += VECTOR) {
        store(keep + j, Act::value(load(keep + j)));
        store(keep + 2 * P + j, Act::value(load(keep + 2 * P + j)));
    }
}

// d_second is the gradient of h'; the gradient of `gated` is added by a product between the two halves.
template <class Act>
void rrnn_back(int64_t P, const float *keep, const float *d_h, const float *d_second, float *d) {
    for (int64_t j = 0; j < P; j += VECTOR) {
        store(d + j, load(d_h + j) * Act::slope(load(keep + j)));
        store(d + 2 * P + j, load(d_second + j) * Act::slope(load(keep + 2 * P + j)));
    }
}

void rrnn_gate_back(int64_t P, const float *keep, const float *h, const float *d_gated, float *d_h, float *d) {
    for (int64_t j = 0; j < P; j += VECTOR) {
        V r = load(keep + P + j), dg = load(d_gated + j);
        store(d + P + j, dg * load(h + j) * r * (1.0f - r));
        store(d_h + j, dg * r);
    }
}

// ------------------------------------------------------------------------------------------- a block

typedef std::vector<const float *> Rows;

// Rows [first, last) of the sorted batch, which read their sequences together.
struct Block {
    const SkrnnCall &call;
    const Kind kind;
    int64_t first, n, T, H, P, F, S;
    float *kept;
    std::vector<float> own, h_start, c_start;
    Rows x_rows, h_rows;

    Block(const SkrnnCall &call, int64_t first, int64_t last, float *kept)
        : call(call), kind(kind_of(call.cell)), first(first), n(last - first), T(call.lengths[first]),
          H(call.n_units), P(padded(H)), F(call.n_features), S(kind.kept * P), kept(kept), x_rows(n), h_rows(n) {
        if (!call.keep) own.resize(2 * n * S), this->kept = own.data();
        h_start.assign(n * P, 0.0f), c_start.assign(kind.memory ? n * P : 0, 0.0f);
        for (int64_t i = 0; i < n; i++) {
            int64_t row = call.order[first + i];
            x_rows[i] = call.x + row * call.x_row;
            if (call.h0) std::memcpy(&h_start[i * P], call.h0 + row * H, H * sizeof(float));
            if (call.c0 && kind.memory) std::memcpy(&c_start[i * P], call.c0 + row * H, H * sizeof(float));
        }
    }

    // What is kept of a row at a step; without a backward pass two steps are enough.
    float *at(int64_t t, int64_t i) const { return kept + ((call.keep ? t : t & 1) * n + i) * S; }
    const float *h_before(int64_t t, int64_t i) const {
        return t ? at(t - 1, i) + h_part(call.cell) * P : &h_start[i * P];
    }
    const float *c_before(int64_t t, int64_t i) const { return t ? at(t - 1, i) + 4 * P : &c_start[i * P]; }
    int64_t length(int64_t i) const { return call.lengths[first + i]; }
    int64_t active(int64_t t) const {
        int64_t rows = n;
        while (rows && length(rows - 1) <= t) rows--;
        return rows;
    }

    void forward(const Weights &weights) {
        std::vector<float> gated(is_rrnn(call.cell) ? n * P : 0);
        for (int64_t t = 0, rows; t < T; t++) {
            rows = active(t);
            products(weights, t, rows);
            step(weights, t, rows, gated.data());
            if (is_rrnn(call.cell)) second_product(weights, t, rows, gated);
            for (int64_t i = 0; i < rows; i++) write(t, i);
        }
        for (int64_t i = 0; i < n; i++)
            if (!length(i)) write_state(i, &h_start[i * P], kind.memory ? &c_start[i * P] : nullptr);
    }

    void products(const Weights &weights, int64_t t, int64_t rows) {
        for (int64_t i = 0; i < rows; i++) h_rows[i] = h_before(t, i);
        float *out = at(t, 0);
        const float *bias = weights.bias.data();
        Term terms[2] = {{x_rows.data(), t * call.x_step, &weights.x_all}, {h_rows.data(), 0, &weights.h_all}};
        multiply(rows, terms, 2, bias, out, S);
        if (call.cell != GRU) return;
        Term from_x = {x_rows.data(), t * call.x_step, &weights.x_new}, from_h = {h_rows.data(), 0, &weights.h_new};
        multiply(rows, &from_x, 1, bias + 2 * P, out + 2 * P, S);
        multiply(rows, &from_h, 1, bias + 3 * P, out + 3 * P, S);
    }

    template <class Row>
    void each(int64_t rows, Row row) {
        for (int64_t i = 0; i < rows; i++) row(i);
    }

    void step(const Weights &weights, int64_t t, int64_t rows, float *gated) {
        float *keep = at(t, 0);
        const float *h = h_before(t, 0), *c = kind.memory ? c_before(t, 0) : nullptr;
        const float *peephole = call.peephole ? weights.peephole.data() : nullptr;
        int64_t next = t ? S : P;  // from a row's state to the next row's
        switch (call.cell) {
            case RNN_TANH: return each(rows, [=](int64_t i) { rnn_step<Tanh>(P, keep + i * S); });
            case RNN_RELU: return each(rows, [=](int64_t i) { rnn_step<Relu>(P, keep + i * S); });
            case RNN_SIGMOID: return each(rows, [=](int64_t i) { rnn_step<Sigmoid>(P, keep + i * S); });
            case LSTM:
            case PEEPHOLE:
                return each(rows, [=](int64_t i) { lstm_step(P, keep + i * S, c + i * next, peephole); });
            case GRU: return each(rows, [=](int64_t i) { gru_step(P, keep + i * S, h + i * next); });
            default:
                return each(rows, [=](int64_t i) { rrnn_gate(P, keep + i * S, h + i * next, gated + i * P); });
        }
    }

    void second_product(const Weights &weights, int64_t t, int64_t rows, const std::vector<float> &gated) {
        for (int64_t i = 0; i < rows; i++) h_rows[i] = &gated[i * P];
        Term term = {h_rows.data(), 0, &weights.h_gated};
        multiply(rows, &term, 1, nullptr, at(t, 0) + 2 * P, S);
        for (int64_t i = 0; i < rows; i++) {
            if (call.cell == RRNN_TANH) rrnn_step<Tanh>(P, at(t, i));
            if (call.cell == RRNN_RELU) rrnn_step<Relu>(P, at(t, i));
            if (call.cell == RRNN_SIGMOID) rrnn_step<Sigmoid>(P, at(t, i));
        }
    }

    void write(int64_t t, int64_t i) {
        const float *keep = at(t, i), *h = keep + h_part(call.cell) * P;
        if (call.out) {
            float *out = call.out + call.order[first + i] * call.out_row + t * call.out_step;
            if (kind.outputs == 2) std::memcpy(out, keep + 2 * P, H * sizeof(float)), out += H;  // h' first
            std::memcpy(out, h, H * sizeof(float));
        }
        if (t + 1 == length(i)) write_state(i, h, keep + 4 * P);
    }

    void write_state(int64_t i, const float *h, const float *c) {
        int64_t row = call.order[first + i];
        std::memcpy(call.h_n + row * H, h, H * sizeof(float));
        if (kind.memory) std::memcpy(call.c_n + row * H, c, H * sizeof(float));
    }
};

// The gradient of the weights from one block: products transposed, (K, gates * P).
struct Gradient {
    std::vector<float> ih, hh, b_ih, b_hh, peephole;
    Gradient(const SkrnnCall &call, const Kind &kind, int64_t P)
        : ih(call.n_features * kind.inputs * P), hh(call.n_units * kind.recurrent * P), b_ih(kind.inputs * P),
          b_hh(kind.recurrent * P), peephole(call.peephole ? 3 * P : 0) {}
};

struct Backward {
    Block block;
    const Weights &weights;
    Gradient &sum;
    const SkrnnCall &call;
    const Kind kind;
    const int64_t n, H, P, F, D, steps;  // D: gradients of sums of a row; steps at once
    std::vector<float> d_h, d_c, d_second, d_gated, d, d_x;
    Rows rows, from_h, from_x, from_gated, from_d;
    std::vector<float> gated;
    Outer outer;

    Backward(const SkrnnCall &call, const Weights &weights, Gradient &sum, int64_t first, int64_t last, float *kept)
        : block(call, first, last, kept), weights(weights), sum(sum), call(call), kind(block.kind), n(block.n),
          H(block.H), P(block.P), F(block.F), D(kind.columns * P), steps(std::max<int64_t>(1, 128 / n)),
          d_h(n * P), d_c(kind.memory ? n * P : 0), d_second(P), d_gated(is_rrnn(call.cell) ? n * P : 0),
          d(steps * n * D), d_x(call.d_x ? n * padded(F) : 0), rows(n),
          gated(is_rrnn(call.cell) ? steps * n * P : 0) {}

    void run() {
        for (int64_t i = 0; i < n; i++) {
            int64_t row = call.order[block.first + i];
            if (call.d_h_n) std::memcpy(&d_h[i * P], call.d_h_n + row * H, H * sizeof(float));
            if (call.d_c_n && kind.memory) std::memcpy(&d_c[i * P], call.d_c_n + row * H, H * sizeof(float));
        }
        for (int64_t last = block.T; last > 0; last -= steps) {
            from_h.clear(), from_x.clear(), from_gated.clear(), from_d.clear();
            for (int64_t t = last - 1, slot = 0; t >= std::max<int64_t>(0, last - steps); t--, slot++) back(t, slot);
            if (!from_d.empty()) add_weights();
        }
        for (int64_t i = 0; i < n; i++) {
            int64_t row = call.order[block.first + i];
            if (call.d_h0) std::memcpy(call.d_h0 + row * H, &d_h[i * P], H * sizeof(float));
            if (call.d_c0 && kind.memory) std::memcpy(call.d_c0 + row * H, &d_c[i * P], H * sizeof(float));
        }
    }

    // One step back; its gradients of sums stay in slot `slot` for add_weights.
    void back(int64_t t, int64_t slot) {
        int64_t active = block.active(t);
        for (int64_t i = 0; i < active; i++) row_back(t, i, &d[(slot * n + i) * D]);
        if (is_rrnn(call.cell)) gate_back(t, active, slot);
        int64_t hs[4], xs[4];
        columns(hs, xs);
        int64_t both = is_rrnn(call.cell) ? 3 : kind.recurrent;
        for (int64_t i = 0; i < active; i++) rows[i] = &d[(slot * n + i) * D];
        products(active, hs, both, weights.back_h, d_h.data(), P);
        if (call.d_x) {
            std::fill(d_x.begin(), d_x.end(), 0.0f);
            products(active, xs, kind.inputs, weights.back_x, d_x.data(), padded(F));
            for (int64_t i = 0; i < active; i++)
                std::memcpy(call.d_x + (call.order[block.first + i] * call.n_steps + t) * F, &d_x[i * padded(F)],
                            F * sizeof(float));
        }
        for (int64_t i = 0; i < active; i++) {
            from_h.push_back(block.h_before(t, i));
            from_x.push_back(block.x_rows[i] + t * call.x_step);
            from_d.push_back(rows[i]);
            if (is_rrnn(call.cell)) from_gated.push_back(&gated[(slot * n + i) * P]);
        }
    }

    // Which columns of the gradients of sums belong to which gate.
    void columns(int64_t *hs, int64_t *xs) const {
        for (int64_t g = 0; g < 4; g++) hs[g] = xs[g] = g;
        if (call.cell == GRU) hs[2] = 3;
        if (is_rrnn(call.cell)) hs[3] = 2;
    }

    void products(int64_t active, const int64_t *column, int64_t n_gates, const std::vector<Panels> &w, float *out,
                  int64_t ldc) {
        Term terms[4];
        for (int64_t g = 0; g < n_gates; g++) terms[g] = {rows.data(), column[g] * P, &w[g]};
        multiply(active, terms, n_gates, nullptr, out, ldc);
    }

    void row_back(int64_t t, int64_t i, float *out) {
        const float *keep = block.at(t, i);
        float *dh = &d_h[i * P];
        std::fill(d_second.begin(), d_second.end(), 0.0f);
        if (call.d_out) {
            const float *from = call.d_out + call.order[block.first + i] * call.d_out_row + t * call.d_out_step;
            if (kind.outputs == 2) std::memcpy(d_second.data(), from, H * sizeof(float)), from += H;
            for (int64_t j = 0; j < H; j++) dh[j] += from[j];
        }
        switch (call.cell) {
            case RNN_TANH: return rnn_back<Tanh>(P, keep, dh, out);
            case RNN_RELU: return rnn_back<Relu>(P, keep, dh, out);
            case RNN_SIGMOID: return rnn_back<Sigmoid>(P, keep, dh, out);
            case GRU: return gru_back(P, keep, block.h_before(t, i), dh, out);
            case RRNN_TANH: return rrnn_back<Tanh>(P, keep, dh, d_second.data(), out);
            case RRNN_RELU: return rrnn_back<Relu>(P, keep, dh, d_second.data(), out);
            case RRNN_SIGMOID: return rrnn_back<Sigmoid>(P, keep, dh, d_second.data(), out);
        }
        const float *peephole = call.peephole ? weights.peephole.data() : nullptr;
        lstm_back(P, keep, block.c_before(t, i), dh, &d_c[i * P], out, peephole, sum.peephole.data());
        std::fill(dh, dh + P, 0.0f);
    }

    // The second product of RRNN: from the gradient of h' to those of the gate and of h.
    void gate_back(int64_t t, int64_t active, int64_t slot) {
        for (int64_t i = 0; i < active; i++) rows[i] = &d[(slot * n + i) * D];
        std::fill(d_gated.begin(), d_gated.end(), 0.0f);
        Term term = {rows.data(), 2 * P, &weights.back_h[3]};
        multiply(active, &term, 1, nullptr, d_gated.data(), P);
        for (int64_t i = 0; i < active; i++) {
            const float *keep = block.at(t, i), *h = block.h_before(t, i);
            rrnn_gate_back(P, keep, h, &d_gated[i * P], &d_h[i * P], &d[(slot * n + i) * D]);
            float *product = &gated[(slot * n + i) * P];
            for (int64_t j = 0; j < P; j++) product[j] = keep[P + j] * h[j];
        }
    }

    void add_weights() {
        int64_t hs[4], xs[4];
        columns(hs, xs);
        add_group(from_x, F, xs, kind.inputs, sum.ih.data(), kind.inputs * P, 0);
        add_group(from_h, H, hs, is_rrnn(call.cell) ? 3 : kind.recurrent, sum.hh.data(), kind.recurrent * P, 0);
        if (is_rrnn(call.cell)) add_group(from_gated, H, hs + 3, 1, sum.hh.data(), kind.recurrent * P, 3 * P);
        add_bias(xs, kind.inputs, sum.b_ih.data());
        add_bias(hs, kind.recurrent, sum.b_hh.data());
    }

    // Gates whose columns lie side by side go through one product.
    void add_group(const Rows &from, int64_t K, const int64_t *column, int64_t n_gates, float *g, int64_t ldg,
                   int64_t to) {
        for (int64_t start = 0, end; start < n_gates; start = end) {
            for (end = start + 1; end < n_gates && column[end] == column[end - 1] + 1;) end++;
            outer.add(from, K, from_d, column[start] * P, (end - start) * P, g + to + start * P, ldg);
        }
    }

    void add_bias(const int64_t *column, int64_t n_gates, float *b) {
        for (int64_t g = 0; g < n_gates; g++)
            for (int64_t j = 0; j < P; j += VECTOR) {
                V sum = load(b + g * P + j);
                for (const float *row : from_d) sum += load(row + column[g] * P + j);
                store(b + g * P + j, sum);
            }
    }
};

// ------------------------------------------------------------------------------------------- the call

struct Cut {
    int64_t first, last, offset;  // rows, and where what they keep starts
};

std::vector<Cut> cut(const SkrnnCall &call) {
    std::vector<Cut> cuts;
    int64_t size = block_rows(call), offset = 0, S = kind_of(call.cell).kept * padded(call.n_units);
    for (int64_t first = 0; first < call.n_rows; first += size) {
        int64_t last = std::min(call.n_rows, first + size);
        cuts.push_back({first, last, offset});
        offset += call.lengths[first] * (last - first) * S;
    }
    return cuts;
}

// Work on all blocks, every n_threads-th of them in one thread.
template <class Work>
void share(const SkrnnCall &call, int64_t n_blocks, Work work) {
    int64_t n_threads = std::max<int64_t>(1, std::min(call.n_threads, n_blocks));
    auto some = [&](int64_t mine) {
        for (int64_t b = mine; b < n_blocks; b += n_threads) work(b);
    };
    std::vector<std::thread> helpers;
    for (int64_t mine = 1; mine < n_threads; mine++) helpers.emplace_back(some, mine);
    some(0);
    for (auto &helper : helpers) helper.join();
}

// Add the blocks' sums in order, and turn (K, gates * P) into torch's (gates * H, K).
void gather(const std::vector<Gradient> &parts, std::vector<float> Gradient::*which, int64_t gates, int64_t H,
            int64_t P, int64_t K, float *out) {
    if (!out) return;
    std::vector<float> sum = parts[0].*which;
    for (size_t b = 1; b < parts.size(); b++)
        for (size_t j = 0; j < sum.size(); j++) sum[j] += (parts[b].*which)[j];
    for (int64_t g = 0; g < gates; g++)
        for (int64_t j = 0; j < H; j++)
            for (int64_t k = 0; k < K; k++) out[(g * H + j) * K + k] = sum[k * gates * P + g * P + j];
}

}  // namespace

int64_t skrnn_size_of_call() { return sizeof(SkrnnCall); }

// The best variant this processor runs: 0 baseline, 1 avx2, 2 avx512.
int skrnn_level() {
#if defined(__x86_64__) || defined(__i386__)
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
    return avx2 ? avx512 ? 2 : 1 : 0;
#else
    return 0;
#endif
}

int64_t skrnn_kept(const SkrnnCall *call) {
    auto cuts = cut(*call);
    if (cuts.empty()) return 0;
    int64_t S = kind_of(call->cell).kept * padded(call->n_units);
    return cuts.back().offset + call->lengths[cuts.back().first] * (cuts.back().last - cuts.back().first) * S;
}

void skrnn_forward(const SkrnnCall *call) {
    Weights weights(*call, false);
    auto cuts = cut(*call);
    share(*call, cuts.size(), [&](int64_t b) {
        Block(*call, cuts[b].first, cuts[b].last, call->kept + cuts[b].offset).forward(weights);
    });
}

void skrnn_backward(const SkrnnCall *call) {
    Weights weights(*call, true);
    auto cuts = cut(*call);
    Kind kind = kind_of(call->cell);
    int64_t H = call->n_units, P = padded(H);
    std::vector<Gradient> parts(std::max<size_t>(1, cuts.size()), Gradient(*call, kind, P));
    share(*call, cuts.size(), [&](int64_t b) {
        Backward(*call, weights, parts[b], cuts[b].first, cuts[b].last, call->kept + cuts[b].offset).run();
    });
    gather(parts, &Gradient::ih, kind.inputs, H, P, call->n_features, call->d_w_ih);
    gather(parts, &Gradient::hh, kind.recurrent, H, P, H, call->d_w_hh);
    gather(parts, &Gradient::b_ih, kind.inputs, H, P, 1, call->d_b_ih);
    gather(parts, &Gradient::b_hh, kind.recurrent, H, P, 1, call->d_b_hh);
    if (call->peephole) gather(parts, &Gradient::peephole, 3, H, P, 1, call->d_peephole);
}

// Products with the rows of a matrix (n_out, n_in), a few rows at a time.
struct Linear {
    Panels panels;
    std::vector<float> bias;

    Linear(const float *w, const float *b, int64_t n_in, int64_t n_out) {
        panels.shape(n_in, n_out);
        panels.fill(0, n_out, w, n_in, 1);
        bias.resize(panels.N);
        if (b) std::copy_n(b, n_out, bias.begin());
    }

    // out has room for TILE_ROWS rows of panels.N.
    void apply(const float *x, int64_t rows, float *out) const {
        const float *a[TILE_ROWS];
        for (int64_t i = 0; i < rows; i++) a[i] = x + i * panels.K;
        Term term = {a, 0, &panels};
        multiply(rows, &term, 1, bias.data(), out, panels.N);
    }
};

void skrnn_linear(const float *x, const float *w, const float *b, float *out, int64_t n_rows, int64_t n_in,
                  int64_t n_out) {
    Linear linear(w, b, n_in, n_out);
    int64_t N = linear.panels.N;
    std::vector<float> sums(TILE_ROWS * N);
    for (int64_t row = 0; row < n_rows; row += TILE_ROWS) {
        int64_t rows = std::min(TILE_ROWS, n_rows - row);
        linear.apply(x + row * n_in, rows, sums.data());
        for (int64_t i = 0; i < rows; i++) std::copy_n(&sums[i * N], n_out, out + (row + i) * n_out);
    }
}

void skrnn_mean(const float *x, const int64_t *lengths, float *out, int64_t n_rows, int64_t n_steps, int64_t n) {
    for (int64_t i = 0; i < n_rows; i++) {
        float *sum = out + i * n;
        std::fill_n(sum, n, 0.0f);
        for (int64_t t = 0; t < lengths[i]; t++)
            for (int64_t j = 0; j < n; j++) sum[j] += x[(i * n_steps + t) * n + j];
        for (int64_t j = 0; j < n; j++) sum[j] /= lengths[i];
    }
}

// The mean weighted by softmax_t(query . tanh(w x_t + b)) over the real steps of each row.
void skrnn_attention(const float *x, const int64_t *lengths, const float *w, const float *b, const float *query,
                     float *out, int64_t n_rows, int64_t n_steps, int64_t n) {
    Linear key(w, b, n, n);
    int64_t N = key.panels.N;
    std::vector<float> keys(TILE_ROWS * N), scores(n_steps), padded_query(N);
    std::copy_n(query, n, padded_query.begin());
    for (int64_t i = 0; i < n_rows; i++) {
        const float *row = x + i * n_steps * n;
        for (int64_t t = 0; t < lengths[i]; t += TILE_ROWS) {
            int64_t steps = std::min(TILE_ROWS, lengths[i] - t);
            key.apply(row + t * n, steps, keys.data());
            for (int64_t s = 0; s < steps; s++) {
                V sums = V{};
                for (int64_t j = 0; j < N; j += VECTOR) sums += tanh_(load(&keys[s * N + j])) * load(&padded_query[j]);
                float score = 0;
                for (int64_t j = 0; j < VECTOR; j++) score += sums[j];
                scores[t + s] = score;
            }
        }
        float most = *std::max_element(scores.begin(), scores.begin() + lengths[i]), total = 0;
        float *sum = out + i * n;
        std::fill_n(sum, n, 0.0f);
        for (int64_t t = 0; t < lengths[i]; t++) {
            float weight = std::exp(scores[t] - most);
            total += weight;
            for (int64_t j = 0; j < n; j++) sum[j] += weight * row[t * n + j];
        }
        for (int64_t j = 0; j < n; j++) sum[j] /= total;
    }
}
