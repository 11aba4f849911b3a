"""What `engine_bench.py` compares with: Procrastinate and tasks that do nothing, in two workers.

`engine_empty.py defer URL N` queues them, `engine_empty.py work URL CONCURRENCY` works until none is left.
"""

import asyncio
import sys

import procrastinate

BATCH = 1000


def app_of(url: str) -> procrastinate.App:
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=3), import_paths=[]
    )

    @app.task(name="nothing", queue="nothing")
    async def nothing(number: int) -> None:
        """As little as a task can do."""

    return app


async def defer(url: str, number: int) -> None:
    app = app_of(url)
    async with app.open_async():
        for first in range(0, number, BATCH):
            rows = [{"number": each} for each in range(first, min(first + BATCH, number))]
            await app.configure_task("nothing", queue="nothing").batch_defer_async(*rows)


async def work(url: str, concurrency: int) -> None:
    app = app_of(url)
    async with app.open_async():
        await app.run_worker_async(
            queues=["nothing"], concurrency=concurrency, wait=False, delete_jobs="always"
        )


if __name__ == "__main__":
    do = {"defer": defer, "work": work}[sys.argv[1]]
    asyncio.run(do(sys.argv[2], int(sys.argv[3])))
