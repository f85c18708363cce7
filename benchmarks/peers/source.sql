-- The logical data, before each peer's own set-based fill; dropped again when the peer has its copy.
drop schema if exists source cascade;
create schema source;
create table source.owner (id int primary key, company int, name text);
create table source.customer (id int primary key, company int, name text, phone text, region text);
create table source.lead (id int primary key, company int, number text, title text, customer int, owner int,
    stage text, region text, phone text, amount numeric(18, 2), priority text, keyword text, follow_up_on date,
    created_at timestamp, remarks text);
