//! Reads the pictures of a folder and prints, for each and in all, the time taken, the most memory that was used and, where
//! it is known what stands on them, how many words were right.
//!
//! `cargo run --release -p ocr --example measure -- FOLDER [COUNT] [THREADS]`, where FOLDER holds pictures, or `img/ID.jpg`
//! and `box/ID.csv` as the ICDAR 2019 SROIE set does (a printed line each: four corners as `x1,y1,…,x4,y4`, then the text,
//! which may hold commas). COUNT is how many pictures are read, in the order of their names (`all`), THREADS how many cores a
//! picture may use (1). With several, as `1,2`, each picture is read with each in turn, so that whatever else the machine
//! does disturbs them alike.
//!
//! A word is what stands between spaces, less everything but letters and digits, in lower case; what is then empty does
//! not count. A word is right as often as it stands both in what was read and in the truth, wherever on the receipt.
//! Precision is right/read, recall right/true, F1 their harmonic mean; the last line adds the words of all receipts
//! before dividing.
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]
#![expect(clippy::cast_precision_loss, reason = "no receipt has so many words")]

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use ocr::{Page, Reader};
use rustix::time::{ClockId, clock_gettime};

type Failure = Box<dyn std::error::Error>;

#[derive(Default, Clone, Copy)]
struct Score {
    right: usize,
    read: usize,
    printed: usize,
}

/// How long one picture took.
#[derive(Clone, Copy)]
struct Time {
    wall: Duration,
    cpu: Duration,
}

fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: measure FOLDER [COUNT] [THREADS]")?);
    let count = arguments.next().filter(|count| count != "all").map_or(Ok(usize::MAX), |count| count.parse())?;
    let threads = arguments.next().unwrap_or_else(|| "1".into());
    let threads: Vec<usize> = threads.split(',').map(str::parse).collect::<Result<_, _>>()?;

    let readers: Vec<Reader> = threads.iter().map(|threads| Reader::new(*threads)).collect::<Result<_, _>>()?;
    let mut times = vec![Vec::new(); readers.len()];
    let mut total = None;
    for picture in pictures(&folder)?.into_iter().take(count) {
        let bytes = fs::read(&picture)?;
        let name = picture.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let printed = printed_words(&folder.join("box").join(&name).with_extension("csv"));
        print!("{name}");
        for (index, reader) in readers.iter().enumerate() {
            let (wall, cpu) = (Instant::now(), cpu_time());
            let page = reader.read(&bytes)?;
            let time = Time { wall: wall.elapsed(), cpu: cpu_time().saturating_sub(cpu) };
            times[index].push(time);
            print!(" wall {:.3} s cpu {:.3} s", time.wall.as_secs_f64(), time.cpu.as_secs_f64());
            if index == 0 {
                print!(" lines {:3}", page.lines.len());
                if let Ok(printed) = &printed {
                    let score = Score::of(&page, printed);
                    print!(" {score}");
                    total.get_or_insert(Score::default()).add(score);
                }
            }
        }
        println!();
    }
    println!();
    for (threads, times) in threads.iter().zip(&times) {
        let (wall, cpu) = (median(times, |time| time.wall), median(times, |time| time.cpu));
        println!("on {threads} thread(s): {} pictures, median wall {wall:.3} s, median cpu {cpu:.3} s", times.len());
    }
    let sum = |times: &[Time]| times.iter().map(|time| time.wall.as_secs_f64()).sum::<f64>();
    for (more, its_times) in threads.iter().zip(&times).skip(1) {
        println!("{more} threads are {:.2} times as fast as {}", sum(&times[0]) / sum(its_times), threads[0]);
    }
    if let Some(total) = total {
        println!("words: {total}");
    }
    if let Some(peak) = peak_memory() {
        println!("peak memory {} MB, {} models and one file included", peak / 1_000_000, readers.len());
    }
    Ok(())
}

/// In `img/` where there is one.
fn pictures(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let img = folder.join("img");
    let folder = if img.is_dir() { &img } else { folder };
    let mut pictures: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    pictures.retain(|path| path.is_file());
    pictures.sort();
    Ok(pictures)
}

/// Of this process, all threads together.
fn cpu_time() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// The most that was resident at once, in bytes, where Linux tells it.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(peak.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

fn median(times: &[Time], which: fn(&Time) -> Duration) -> f64 {
    let mut times: Vec<Duration> = times.iter().map(which).collect();
    times.sort();
    times.get(times.len() / 2).map_or(0.0, Duration::as_secs_f64)
}

fn printed_words(csv: &Path) -> Result<Vec<String>, Failure> {
    let csv = String::from_utf8_lossy(&fs::read(csv)?).into_owned();
    Ok(csv.lines().filter_map(|line| line.splitn(9, ',').nth(8)).flat_map(words).collect())
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace()
        .map(|word| word.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase())
        .filter(|word| !word.is_empty())
}

impl Score {
    fn of(page: &Page, printed: &[String]) -> Self {
        let read: Vec<String> = page.lines.iter().flat_map(|line| words(&line.text)).collect();
        let mut left: HashMap<&str, usize> = HashMap::new();
        for word in printed {
            *left.entry(word).or_default() += 1;
        }
        let mut right = 0;
        for word in &read {
            if let Some(left @ 1..) = left.get_mut(word.as_str()) {
                *left -= 1;
                right += 1;
            }
        }
        Self { right, read: read.len(), printed: printed.len() }
    }

    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.read += other.read;
        self.printed += other.printed;
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = |of: usize| 100.0 * self.right as f64 / of.max(1) as f64;
        let f1 = 200.0 * self.right as f64 / (self.read + self.printed).max(1) as f64;
        write!(formatter, "precision {:.1} recall {:.1} F1 {f1:.1}", share(self.read), share(self.printed))
    }
}
