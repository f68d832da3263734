// Recurrent layers on a CPU: forward and backward over whole sequences, for rows of unequal length.
//
// No header of torch or Python is needed: call.py hands over pointers and strides. The file is compiled
// once for each instruction set (setup.py); SKRNN_VECTOR is the number of floats in a vector.
//
// How it works. Rows are sorted by length and cut into blocks. A block reads its sequences alone, step by
// step: one product of [x_t, h_{t-1}] with the weights, then the element-wise algebra of the cell. Rows that
// have ended drop out at the end of the block, so that padding costs nothing. The backward pass mirrors
// this and sums the gradient of the weights block by block; the sums are added in order. Blocks depend on
// the batch alone, not on threads, and a row's numbers do not depend on the other rows: each element of a
// product is summed over k = 0, 1, 2, ... whatever the tile. Hence the same bits with any number of threads,
// and for a row in any batch.
//
// A call may hold several models of one shape: their weights lie one after another, and so do their rows.
// No block has rows of two models.
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
#if SKRNN_VECTOR == 16
#include <immintrin.h>
#endif

extern "C" {

enum { RNN_TANH, RNN_RELU, RNN_SIGMOID, LSTM, GRU, PEEPHOLE, RRNN_TANH, RRNN_RELU, RRNN_SIGMOID };

struct SkrnnCall {
    int64_t cell, n_models, n_rows, n_steps, n_features, n_units, n_threads, keep;  // keep: for a backward pass
    const int64_t *order, *lengths;  // rows of each model, longest first, and the lengths in that order
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
constexpr int64_t GATED_ROWS = VECTOR == 16 ? 6 : 3;     // the same for four sums of a row
constexpr int64_t PANEL = TILE_VECTORS * VECTOR;

typedef float V __attribute__((vector_size(4 * SKRNN_VECTOR)));
typedef float Unaligned __attribute__((vector_size(4 * SKRNN_VECTOR), aligned(4), may_alias));

#define ALWAYS inline __attribute__((always_inline))

inline V load(const float *p) { return *reinterpret_cast<const Unaligned *>(p); }
inline void store(float *p, V v) { *reinterpret_cast<Unaligned *>(p) = v; }
inline V all(float value) { return value - V{}; }
inline int64_t padded(int64_t n) { return (n + VECTOR - 1) / VECTOR * VECTOR; }

// Within [-9, 9]. A comparison with NaN is false, and these minima give the second where one is NaN: NaN stays.
inline V clamped(V x) {
#if SKRNN_VECTOR == 16
    return _mm512_max_ps(all(-9.0f), _mm512_min_ps(all(9.0f), x));
#else
    x = x > 9.0f ? all(9.0f) : x;
    return x < -9.0f ? all(-9.0f) : x;
#endif
}

// x P(x^2) / Q(x^2), fitted to tanh on [-9, 9] with a relative error below 3e-8.
inline V tanh_(V x) {
    x = clamped(x);
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

// A matrix (K, N) cut into panels of some columns, each of which is stored row by row.
struct Panels {
    int64_t K = 0, N = 0, panel = PANEL;
    std::vector<float> data;
    void shape(int64_t k, int64_t n, int64_t columns = PANEL) {
        K = k, N = padded(n), panel = columns;
        data.assign(K * N, 0.0f);
    }
    // Fill in `count` columns from column `first`: column first + j, row k is from[j * step_j + k * step_k].
    void fill(int64_t first, int64_t count, const float *from, int64_t step_j, int64_t step_k) {
        for (int64_t j = 0; j < count; j += VECTOR) {
            int64_t n = first + j, start = n / panel * panel, width = std::min(panel, N - start);
            float *to = &data[start * K + n - start];
            for (int64_t k = 0, columns = std::min(VECTOR, count - j); k < K; k++)
                for (int64_t i = 0; i < columns; i++) to[k * width + i] = from[(j + i) * step_j + k * step_k];
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

// Add to the sums of R rows, from column FIRST on, the products of row i, which starts at rows[i] + offset, with a
// panel of N vectors.
template <int N, int FIRST, int R, int SUMS>
ALWAYS void add_product(V (&sum)[R][SUMS], const float *const *rows, int64_t offset, const float *b, int64_t K) {
    const float *a[R];
    for (int i = 0; i < R; i++) a[i] = rows[i] + offset;
    for (int64_t k = 0; k < K; k++, b += N * VECTOR) {
        V w[N];
        for (int j = 0; j < N; j++) w[j] = load(b + j * VECTOR);
        for (int i = 0; i < R; i++) {
            V value = all(a[i][k]);
            for (int j = 0; j < N; j++) sum[i][FIRST + j] += value * w[j];
        }
    }
}

template <int R, int N>
void tile(const Ready *terms, int n_terms, const float *bias, float *c, int64_t ldc) {
    V sum[R][N];
    for (int i = 0; i < R; i++)
        for (int j = 0; j < N; j++) sum[i][j] = bias ? load(bias + j * VECTOR) : load(c + i * ldc + j * VECTOR);
    for (const Ready *term = terms; term < terms + n_terms; term++)
        add_product<N, 0>(sum, term->a, 0, term->b, term->K);
    for (int i = 0; i < R; i++)
        for (int j = 0; j < N; j++) store(c + i * ldc + j * VECTOR, sum[i][j]);
}

// f<R, N> for R rows and N vectors at [R - 1][N - 1].
#if SKRNN_VECTOR == 16
#define SKRNN_ROWS(f, R) {f<R, 1>, f<R, 2>, f<R, 3>, f<R, 4>}
#else
#define SKRNN_ROWS(f, R) {f<R, 1>, f<R, 2>}
#endif
#define SKRNN_TABLE(f) \
    {SKRNN_ROWS(f, 1), SKRNN_ROWS(f, 2), SKRNN_ROWS(f, 3), SKRNN_ROWS(f, 4), SKRNN_ROWS(f, 5), SKRNN_ROWS(f, 6)}

typedef void (*Tile)(const Ready *, int, const float *, float *, int64_t);
constexpr Tile TILES[TILE_ROWS][TILE_VECTORS] = SKRNN_TABLE(tile);

// How much to take now of what is left, in parts that are about equal and at most `most`.
inline int64_t share_of(int64_t left, int64_t most) {
    int64_t parts = (left + most - 1) / most;
    return (left + parts - 1) / parts;
}

// C (n_rows, N) = bias + the sum of A B over the terms; without a bias the sum is added to C.
void multiply(int64_t n_rows, const Term *terms, int n_terms, const float *bias, float *c, int64_t ldc) {
    int64_t N = terms[0].b->N;
    for (int64_t panel = 0; panel < N; panel += PANEL) {
        int64_t width = std::min(PANEL, N - panel) / VECTOR;
        for (int64_t row = 0, rows; row < n_rows; row += rows) {
            rows = share_of(n_rows - row, TILE_ROWS);
            Ready ready[4];
            for (int s = 0; s < n_terms; s++) {
                ready[s].K = terms[s].b->K;
                ready[s].b = terms[s].b->data.data() + panel * ready[s].K;
                for (int64_t i = 0; i < rows; i++) ready[s].a[i] = terms[s].rows[row + i] + terms[s].offset;
            }
            TILES[rows - 1][width - 1](ready, n_terms, bias ? bias + panel : nullptr, c + row * ldc + panel, ldc);
        }
    }
}

// Sums over many rows of outer products: G (I, N) += sum_k a_k (I) d_k (N). Row k of A starts at a[k] + i, row
// k of D at d[k] + j.
template <int R, int N>
void outer_tile(int64_t K, const float *const *a, int64_t i, const float *const *d, int64_t j, float *g, int64_t ldg) {
    V sum[R][N];
    for (int r = 0; r < R; r++)
        for (int n = 0; n < N; n++) sum[r][n] = load(g + r * ldg + n * VECTOR);
    for (int64_t k = 0; k < K; k++) {
        const float *from = a[k] + i, *to = d[k] + j;
        V w[N];
        for (int n = 0; n < N; n++) w[n] = load(to + n * VECTOR);
        for (int r = 0; r < R; r++) {
            V value = all(from[r]);
            for (int n = 0; n < N; n++) sum[r][n] += value * w[n];
        }
    }
    for (int r = 0; r < R; r++)
        for (int n = 0; n < N; n++) store(g + r * ldg + n * VECTOR, sum[r][n]);
}

typedef void (*OuterTile)(int64_t, const float *const *, int64_t, const float *const *, int64_t, float *, int64_t);
constexpr OuterTile OUTER_TILES[TILE_ROWS][TILE_VECTORS] = SKRNN_TABLE(outer_tile);

// D has N columns from column j.
void outer(int64_t K, const float *const *a, int64_t I, const float *const *d, int64_t j, int64_t N, float *g,
           int64_t ldg) {
    for (int64_t n = 0, width; n < N; n += width * VECTOR) {
        width = share_of((N - n) / VECTOR, TILE_VECTORS);
        for (int64_t i = 0, rows; i < I; i += rows) {
            rows = share_of(I - i, TILE_ROWS);
            OUTER_TILES[rows - 1][width - 1](K, a, i, d, j + n, g + i * ldg + n, ldg);
        }
    }
}

// ------------------------------------------------------------------------------------------- cells

// What a cell is, in numbers. The sums of a step stand in columns of P; x has part in the first of them, h in
// some that follow one another.
struct Kind {
    int64_t inputs, recurrent, columns;  // gates of x and of h, columns of sums
    int64_t h_first, h_direct;           // the columns of h; RRNN has one gate more, for the second product
    int64_t x_gate[4], h_gate[4];        // the gates, in torch's order, of the columns of x and of those of h
    int64_t kept, h_part, outputs;       // parts kept of a row, where h is among them, blocks of the output
    bool memory;                         // whether there is a state c
};

Kind kind_of(int64_t cell) {
    switch (cell) {
        case LSTM:
        case PEEPHOLE: return {4, 4, 4, 0, 4, {0, 1, 2, 3}, {0, 1, 2, 3}, 6, 5, 1, true};  // i f g o | c h
        case GRU: return {3, 3, 4, 1, 3, {2, 0, 1}, {0, 1, 2}, 5, 4, 1, false};            // n r z u | h
        case RRNN_TANH:
        case RRNN_RELU:
        case RRNN_SIGMOID: return {3, 4, 3, 0, 3, {0, 1, 2}, {0, 1, 2, 3}, 3, 0, 2, false};  // h r h'
        default: return {1, 1, 1, 0, 1, {0}, {0}, 1, 0, 1, false};                           // h
    }
}

bool is_rrnn(int64_t cell) { return cell >= RRNN_TANH; }
bool is_rnn(int64_t cell) { return cell <= RNN_SIGMOID; }

// Rows of a block: they depend on the batch alone. Two blocks or more where two threads are worth it.
int64_t block_rows(const SkrnnCall &call) {
    return call.n_rows <= 32 && call.n_rows * call.n_units >= 4096 ? 16 : 32;
}

// The weights of one model in the order in which the products read them.
struct Weights {
    const Kind kind;
    const int64_t H, P, F;
    Panels x, h, h_gated;                // forward; the columns of 16 units lie side by side, but those of RNN
    std::vector<float> bias;             // in the order of the columns of x and h
    std::vector<float> peephole;         // (3, P)
    std::vector<Panels> back_h, back_x;  // backward: one for each column
    const float *w_ih, *w_hh, *b_ih, *b_hh;

    Weights(const SkrnnCall &call, int64_t model, bool backward)
        : kind(kind_of(call.cell)), H(call.n_units), P(padded(H)), F(call.n_features),
          w_ih(call.w_ih + model * kind.inputs * H * F), w_hh(call.w_hh + model * kind.recurrent * H * H),
          b_ih(call.b_ih + model * kind.inputs * H), b_hh(call.b_hh + model * kind.recurrent * H) {
        if (backward)
            pack_backward(call.d_x != nullptr);
        else
            pack_forward(is_rnn(call.cell));
        if (!call.peephole) return;
        peephole.assign(3 * P, 0.0f);
        for (int64_t g = 0; g < 3; g++)
            std::memcpy(&peephole[g * P], call.peephole + (model * 3 + g) * H, H * sizeof(float));
    }

    void pack_forward(bool plain) {
        bias.assign(kind.columns * P, 0.0f);
        weave(x, w_ih, F, kind.inputs, kind.x_gate, plain);
        weave(h, w_hh, H, kind.h_direct, kind.h_gate, plain);
        for (int64_t c = 0; c < kind.inputs; c++) add_bias(b_ih, kind.x_gate[c], c);
        for (int64_t c = 0; c < kind.h_direct; c++) add_bias(b_hh, kind.h_gate[c], kind.h_first + c);
        if (kind.recurrent == kind.h_direct) return;
        h_gated.shape(H, P);
        h_gated.fill(0, H, w_hh + 3 * H * H, H, 1);
        add_bias(b_hh, 3, 2);
    }

    // Panels of gates from w (gates * H, K): a panel has the columns of one vector of units.
    void weave(Panels &panels, const float *w, int64_t K, int64_t n_gates, const int64_t *gates, bool plain) const {
        panels.shape(K, n_gates * P, plain ? PANEL : n_gates * VECTOR);
        for (int64_t j = 0; j < H; j += VECTOR)
            for (int64_t c = 0; c < n_gates; c++)
                panels.fill(j * n_gates + c * VECTOR, std::min(VECTOR, H - j), w + (gates[c] * H + j) * K, K, 1);
    }

    void add_bias(const float *b, int64_t gate, int64_t column) {
        for (int64_t j = 0; j < H; j++) bias[place(j, column)] += b[gate * H + j];
    }

    int64_t place(int64_t j, int64_t column) const {
        return j / VECTOR * VECTOR * kind.columns + column * VECTOR + j % VECTOR;
    }

    void pack_backward(bool with_x) {
        back_h.resize(kind.recurrent);
        for (int64_t c = 0; c < kind.recurrent; c++) turn(back_h[c], w_hh + kind.h_gate[c] * H * H, H);
        if (!with_x) return;
        back_x.resize(kind.inputs);
        for (int64_t c = 0; c < kind.inputs; c++) turn(back_x[c], w_ih + kind.x_gate[c] * H * F, F);
    }

    void turn(Panels &panels, const float *w, int64_t N) const {
        panels.shape(H, N);
        panels.fill(0, N, w, 1, N);
    }
};

// The element-wise algebra of a step, for one vector of units of a row. Parts of what is kept lie P apart.
struct Place {
    float *keep;
    const float *h, *c;  // before the step
    const float *peephole;
    float *gated;
    int64_t P;
};

// A step has two halves, so that the long chains of several rows run beside each other: `begin` for every row,
// then `end`, which gives the new h. What `end` needs stays in the sums.
template <bool PEEPHOLES>
struct Lstm {
    static constexpr int X = 4, H = 4, H_FIRST = 0, SUMS = 4;

    static ALWAYS void begin(V *sum, const Place &at) {
        int64_t P = at.P;
        V old = load(at.c), i = sum[0], f = sum[1], o = sum[3];
        if (PEEPHOLES) i += load(at.peephole) * old, f += load(at.peephole + P) * old;
        i = sigmoid_(i), f = sigmoid_(f);
        V g = tanh_(sum[2]), now = f * old + i * g;
        if (PEEPHOLES) o += load(at.peephole + 2 * P) * now;
        o = sigmoid_(o);
        store(at.keep, i), store(at.keep + P, f), store(at.keep + 2 * P, g), store(at.keep + 3 * P, o);
        store(at.keep + 4 * P, now);
        sum[0] = now, sum[3] = o;
    }

    static ALWAYS V end(const V *sum, const Place &at) {
        V h = sum[3] * tanh_(sum[0]);
        store(at.keep + 5 * at.P, h);
        return h;
    }
};

struct Gru {
    static constexpr int X = 3, H = 3, H_FIRST = 1, SUMS = 4;

    static ALWAYS void begin(V *sum, const Place &at) {
        int64_t P = at.P;
        V r = sigmoid_(sum[1]), z = sigmoid_(sum[2]), u = sum[3];
        store(at.keep + P, r), store(at.keep + 2 * P, z), store(at.keep + 3 * P, u);
        sum[0] += r * u, sum[2] = z;
    }

    static ALWAYS V end(const V *sum, const Place &at) {
        V n = tanh_(sum[0]), h = n + sum[2] * (load(at.h) - n);
        store(at.keep, n), store(at.keep + 4 * at.P, h);
        return h;
    }
};

// RRNN has the activation of h' still to come, after the second product, which reads gated = r h.
template <class Act>
struct Rrnn {
    static constexpr int X = 3, H = 3, H_FIRST = 0, SUMS = 3;

    static ALWAYS void begin(V *sum, const Place &at) {
        V r = sigmoid_(sum[1]);
        store(at.keep + at.P, r), store(at.keep + 2 * at.P, sum[2]);
        store(at.gated, r * load(at.h));
    }

    static ALWAYS V end(const V *sum, const Place &at) {
        V h = Act::value(sum[0]);
        store(at.keep, h);
        return h;
    }
};

// The way back for one row: from d_h and d_c to the gradients of the sums, and d_c of the step before. On exit
// d_h holds what goes past the products. d_v sums the gradients of peepholes.
void lstm_back(int64_t P, const float *keep, const float *c, float *d_h, float *d_c, float *d,
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
        store(d_c + j, before), store(d_h + j, V{});
        store(d + j, d_i), store(d + P + j, d_f), store(d + 2 * P + j, d_g), store(d + 3 * P + j, d_o);
    }
}

void gru_back(int64_t P, const float *keep, const float *h, float *d_h, float *d) {
    for (int64_t j = 0; j < P; j += VECTOR) {
        const float *at = keep + j;
        V n = load(at), r = load(at + P), z = load(at + 2 * P), u = load(at + 3 * P), dh = load(d_h + j);
        V d_z = dh * (load(h + j) - n) * z * (1.0f - z);
        V d_n = dh * (1.0f - z) * (1.0f - n * n);
        store(d + j, d_n), store(d + P + j, d_n * u * r * (1.0f - r)), store(d + 2 * P + j, d_z);
        store(d + 3 * P + j, d_n * r);
        store(d_h + j, dh * z);
    }
}

template <class Act>
void rnn_back(int64_t P, const float *keep, float *d_h, float *d) {
    for (int64_t j = 0; j < P; j += VECTOR) {
        store(d + j, load(d_h + j) * Act::slope(load(keep + j)));
        store(d_h + j, V{});
    }
}

// d_second is the gradient of h'; the gradient of `gated` comes from a product between the two halves.
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
    std::vector<float> own, h_start, c_start, gated;
    Rows x_rows, h_rows;

    Block(const SkrnnCall &call, int64_t first, int64_t last, float *kept)
        : call(call), kind(kind_of(call.cell)), first(first), n(last - first), T(call.lengths[first]),
          H(call.n_units), P(padded(H)), F(call.n_features), S(kind.kept * P), kept(kept), x_rows(n), h_rows(n) {
        if (!call.keep) own.resize(2 * n * S), this->kept = own.data();
        h_start.assign(n * P, 0.0f), c_start.assign(n * P, 0.0f);
        if (is_rrnn(call.cell)) gated.resize(n * P);
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
        return t ? at(t - 1, i) + kind.h_part * P : &h_start[i * P];
    }
    const float *c_before(int64_t t, int64_t i) const { return t ? at(t - 1, i) + 4 * P : &c_start[i * P]; }
    int64_t length(int64_t i) const { return call.lengths[first + i]; }
    int64_t active(int64_t t) const {
        int64_t rows = n;
        while (rows && length(rows - 1) <= t) rows--;
        return rows;
    }

    void forward(const Weights &weights) {
        for (int64_t t = 0, rows; t < T; t++) {
            rows = active(t);
            for (int64_t i = 0; i < rows; i++) h_rows[i] = h_before(t, i);
            step(weights, t, rows);
            for (int64_t i = rows - 1; i >= 0 && length(i) == t + 1; i--)
                write_state(i, at(t, i) + kind.h_part * P, at(t, i) + 4 * P);
        }
        for (int64_t i = 0; i < n; i++)
            if (!length(i)) write_state(i, &h_start[i * P], kind.memory ? &c_start[i * P] : nullptr);
    }

    void step(const Weights &weights, int64_t t, int64_t rows) {
        switch (call.cell) {
            case RNN_TANH: return plain_step<Tanh>(weights, t, rows);
            case RNN_RELU: return plain_step<Relu>(weights, t, rows);
            case RNN_SIGMOID: return plain_step<Sigmoid>(weights, t, rows);
            case LSTM: return gated_step<Lstm<false>>(weights, t, rows);
            case PEEPHOLE: return gated_step<Lstm<true>>(weights, t, rows);
            case GRU: return gated_step<Gru>(weights, t, rows);
            case RRNN_TANH: return double_step<Tanh>(weights, t, rows);
            case RRNN_RELU: return double_step<Relu>(weights, t, rows);
            case RRNN_SIGMOID: return double_step<Sigmoid>(weights, t, rows);
        }
    }

    template <class Act>
    void plain_step(const Weights &weights, int64_t t, int64_t rows) {
        Term terms[2] = {{x_rows.data(), t * call.x_step, &weights.x}, {h_rows.data(), 0, &weights.h}};
        multiply(rows, terms, 2, weights.bias.data(), at(t, 0), S);
        activate<Act>(t, rows, 0, 0);
    }

    template <class Act>
    void double_step(const Weights &weights, int64_t t, int64_t rows) {
        gated_step<Rrnn<Act>>(weights, t, rows);
        for (int64_t i = 0; i < rows; i++) h_rows[i] = &gated[i * P];
        Term term = {h_rows.data(), 0, &weights.h_gated};
        multiply(rows, &term, 1, nullptr, at(t, 0) + 2 * P, S);
        activate<Act>(t, rows, 2 * P, 0);
    }

    // Activate one part of what is kept, and put it out.
    template <class Act>
    void activate(int64_t t, int64_t rows, int64_t part, int64_t output) {
        for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < P; j += VECTOR) {
                float *keep = at(t, i) + part + j;
                V value = Act::value(load(keep));
                store(keep, value);
                put_out(t, i, output, j, value);
            }
    }

    template <class Cell>
    void gated_step(const Weights &weights, int64_t t, int64_t rows) {
        for (int64_t j = 0; j < P; j += VECTOR)
            for (int64_t row = 0, some; row < rows; row += some) {
                some = share_of(rows - row, GATED_ROWS);
                switch (some) {
                    case 1: gated_tile<Cell, 1>(weights, t, row, j); break;
                    case 2: gated_tile<Cell, 2>(weights, t, row, j); break;
                    case 3: gated_tile<Cell, 3>(weights, t, row, j); break;
#if SKRNN_VECTOR == 16
                    case 4: gated_tile<Cell, 4>(weights, t, row, j); break;
                    case 5: gated_tile<Cell, 5>(weights, t, row, j); break;
                    case 6: gated_tile<Cell, 6>(weights, t, row, j); break;
#endif
                }
            }
    }

    // One vector of units, from unit j, of R rows: all their sums are held in registers.
    template <class Cell, int R>
    void gated_tile(const Weights &weights, int64_t t, int64_t row, int64_t j) {
        V sum[R][Cell::SUMS];
        const float *bias = &weights.bias[j * Cell::SUMS];
        for (int i = 0; i < R; i++)
            for (int s = 0; s < Cell::SUMS; s++) sum[i][s] = load(bias + s * VECTOR);
        add_product<Cell::X, 0>(sum, &x_rows[row], t * call.x_step, &weights.x.data[j * Cell::X * F], F);
        add_product<Cell::H, Cell::H_FIRST>(sum, &h_rows[row], 0, &weights.h.data[j * Cell::H * H], H);
        const float *peephole = call.peephole ? &weights.peephole[j] : nullptr;
        Place at[R];
        for (int i = 0; i < R; i++) {
            const float *h = h_rows[row + i] + j, *c = t ? h - P : &c_start[(row + i) * P + j];
            float *product = gated.empty() ? nullptr : &gated[(row + i) * P + j];
            at[i] = {this->at(t, row + i) + j, h, c, peephole, product, P};
            Cell::begin(sum[i], at[i]);
        }
        for (int i = 0; i < R; i++) put_out(t, row + i, kind.outputs - 1, j, Cell::end(sum[i], at[i]));
    }

    // Put out units from j of a row, in one of the blocks of the output.
    void put_out(int64_t t, int64_t i, int64_t output, int64_t j, V value) const {
        if (!call.out) return;
        float *to = call.out + call.order[first + i] * call.out_row + t * call.out_step + output * H + j;
        if (j + VECTOR <= H) return store(to, value);
        for (int64_t k = 0; k < H - j; k++) to[k] = value[k];
    }

    void write_state(int64_t i, const float *h, const float *c) {
        int64_t row = call.order[first + i];
        std::memcpy(call.h_n + row * H, h, H * sizeof(float));
        if (kind.memory) std::memcpy(call.c_n + row * H, c, H * sizeof(float));
    }
};

// The gradient of the weights from one block: products transposed, (K, columns * P).
struct Gradient {
    std::vector<float> ih, hh, bias, peephole;
    Gradient(const SkrnnCall &call, const Kind &kind, int64_t P)
        : ih(call.n_features * kind.inputs * P), hh(call.n_units * kind.recurrent * P), bias(kind.columns * P),
          peephole(call.peephole ? 3 * P : 0) {}
};

struct Backward {
    Block block;
    const Weights &weights;
    Gradient &sum;
    const SkrnnCall &call;
    const Kind kind;
    const int64_t n, H, P, F, D, steps;  // D: gradients of sums of a row, and a gap against cache conflicts
    std::vector<float> d_h, d_c, d_second, d_gated, d, d_x;
    Rows rows, from_h, from_x, from_gated, from_d;
    std::vector<float> gated;

    Backward(const SkrnnCall &call, const Weights &weights, Gradient &sum, int64_t first, int64_t last, float *kept)
        : block(call, first, last, kept), weights(weights), sum(sum), call(call), kind(block.kind), n(block.n),
          H(block.H), P(block.P), F(block.F), D(kind.columns * P + VECTOR), steps(std::max<int64_t>(1, 128 / n)),
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
        for (int64_t i = 0; i < active; i++) rows[i] = &d[(slot * n + i) * D];
        products(active, kind.h_first, kind.h_direct, weights.back_h, d_h.data(), P);
        if (call.d_x) {
            std::fill(d_x.begin(), d_x.end(), 0.0f);
            products(active, 0, kind.inputs, weights.back_x, d_x.data(), padded(F));
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

    void products(int64_t active, int64_t first, int64_t count, const std::vector<Panels> &w, float *out,
                  int64_t ldc) {
        Term terms[4];
        for (int64_t c = 0; c < count; c++) terms[c] = {rows.data(), (first + c) * P, &w[c]};
        multiply(active, terms, count, nullptr, out, ldc);
    }

    void row_back(int64_t t, int64_t i, float *out) {
        const float *keep = block.at(t, i);
        float *dh = &d_h[i * P];
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
        int64_t K = from_d.size(), ldx = kind.inputs * P, ldh = kind.recurrent * P, h_first = kind.h_first * P;
        outer(K, from_x.data(), F, from_d.data(), 0, ldx, sum.ih.data(), ldx);
        outer(K, from_h.data(), H, from_d.data(), h_first, kind.h_direct * P, sum.hh.data(), ldh);
        if (is_rrnn(call.cell))
            outer(K, from_gated.data(), H, from_d.data(), 2 * P, P, sum.hh.data() + 3 * P, ldh);
        for (int64_t j = 0; j < kind.columns * P; j += VECTOR) {
            V total = load(&sum.bias[j]);
            for (const float *row : from_d) total += load(row + j);
            store(&sum.bias[j], total);
        }
    }
};

// ------------------------------------------------------------------------------------------- the call

struct Cut {
    int64_t model, first, last, offset;  // rows, and where what they keep starts
};

std::vector<Cut> cut(const SkrnnCall &call) {
    std::vector<Cut> cuts;
    int64_t size = block_rows(call), offset = 0, S = kind_of(call.cell).kept * padded(call.n_units);
    for (int64_t model = 0; model < call.n_models; model++)
        for (int64_t start = 0; start < call.n_rows; start += size) {
            int64_t first = model * call.n_rows + start, n = std::min(size, call.n_rows - start);
            cuts.push_back({model, first, first + n, offset});
            offset += call.lengths[first] * n * S;
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

// Add the sums of a model's blocks in order, and turn (K, columns * P) into torch's (gates * H, K): gate g is
// column from[g].
void gather(const Gradient *parts, int64_t n_parts, std::vector<float> Gradient::*which, int64_t gates,
            const int64_t *from, int64_t H, int64_t P, int64_t K, float *out) {
    if (!out) return;
    std::vector<float> sum = parts[0].*which;
    for (int64_t b = 1; b < n_parts; b++)
        for (size_t j = 0; j < sum.size(); j++) sum[j] += (parts[b].*which)[j];
    int64_t ld = sum.size() / K;
    for (int64_t g = 0; g < gates; g++)
        for (int64_t j = 0; j < H; j++)
            for (int64_t k = 0; k < K; k++) out[(g * H + j) * K + k] = sum[k * ld + from[g] * P + j];
}

// The gradients of the weights of one model from those of its blocks.
void gather_model(const SkrnnCall &call, int64_t model, const Gradient *parts, int64_t n_parts) {
    Kind kind = kind_of(call.cell);
    int64_t H = call.n_units, P = padded(H), F = call.n_features, x[4], h[4], h_bias[4], v[3] = {0, 1, 2};
    for (int64_t c = 0; c < kind.inputs; c++) x[kind.x_gate[c]] = c;
    for (int64_t c = 0; c < kind.recurrent; c++) {
        h[kind.h_gate[c]] = c;
        h_bias[kind.h_gate[c]] = c < kind.h_direct ? kind.h_first + c : 2;
    }
    auto of = [=](float *all, int64_t size) { return all ? all + model * size : nullptr; };
    int64_t in = kind.inputs, back = kind.recurrent;
    gather(parts, n_parts, &Gradient::ih, in, x, H, P, F, of(call.d_w_ih, in * H * F));
    gather(parts, n_parts, &Gradient::hh, back, h, H, P, H, of(call.d_w_hh, back * H * H));
    gather(parts, n_parts, &Gradient::bias, in, x, H, P, 1, of(call.d_b_ih, in * H));
    gather(parts, n_parts, &Gradient::bias, back, h_bias, H, P, 1, of(call.d_b_hh, back * H));
    if (call.peephole) gather(parts, n_parts, &Gradient::peephole, 3, v, H, P, 1, of(call.d_peephole, 3 * H));
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
    std::vector<Weights> weights;
    for (int64_t model = 0; model < call->n_models; model++) weights.emplace_back(*call, model, false);
    auto cuts = cut(*call);
    share(*call, cuts.size(), [&](int64_t b) {
        Block(*call, cuts[b].first, cuts[b].last, call->kept + cuts[b].offset).forward(weights[cuts[b].model]);
    });
}

void skrnn_backward(const SkrnnCall *call) {
    std::vector<Weights> weights;
    for (int64_t model = 0; model < call->n_models; model++) weights.emplace_back(*call, model, true);
    auto cuts = cut(*call);
    int64_t per_model = cuts.size() / std::max<int64_t>(1, call->n_models), P = padded(call->n_units);
    Gradient none(*call, kind_of(call->cell), P);
    std::vector<Gradient> parts(cuts.size(), none);
    share(*call, cuts.size(), [&](int64_t turn) {
        int64_t b = cuts.size() - 1 - turn;  // what forward read last is still in the cache
        Backward(*call, weights[cuts[b].model], parts[b], cuts[b].first, cuts[b].last, call->kept + cuts[b].offset)
            .run();
    });
    for (int64_t model = 0; model < call->n_models; model++)
        gather_model(*call, model, per_model ? &parts[model * per_model] : &none, std::max<int64_t>(1, per_model));
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
