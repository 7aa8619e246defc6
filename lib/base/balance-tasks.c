/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-tasks-private.h"

#include <pthread.h>
#include <stdatomic.h>

#define MAX_THREADS 64

typedef struct
{
  atomic_uint      next;
  guint            n;
  BalanceTaskFunc  func;
  gpointer         data;
} Work;

static void *
work_off (void *data)
{
  Work *work = data;

  for (;;)
    {
      guint task = atomic_fetch_add_explicit (&work->next, 1, memory_order_relaxed);

      if (task >= work->n)
        return NULL;
      work->func (work->data, task);
    }
}

void
balance_tasks_run (guint           n,
                   guint           n_threads,
                   BalanceTaskFunc func,
                   gpointer        data)
{
  Work work = { .n = n, .func = func, .data = data };
  pthread_t threads[MAX_THREADS];
  guint n_started = 0;

  if (n_threads == 0)
    n_threads = g_get_num_processors ();
  n_threads = MIN (MIN (n_threads, MAX_THREADS), n);
  for (guint i = 1; i < n_threads; i++)
    if (pthread_create (&threads[n_started], NULL, work_off, &work) == 0)
      n_started++;

  work_off (&work);
  for (guint i = 0; i < n_started; i++)
    pthread_join (threads[i], NULL);
}
