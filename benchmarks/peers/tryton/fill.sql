-- The logical data of the schema "source" in Tryton's tables, after its modules made them.
-- Identifiers start above those that Tryton's own set-up has given.
create temp table companies as
    select row_number() over (order by id) as number, id, currency from company_company;
create temp table bases as select
    (select max(id) from party_party) as owner_party,
    (select max(id) from party_party) + (select max(id) from source.owner) as customer_party;

insert into party_party (id, active, name, code, code_alnum, code_digit, create_date, create_uid)
    select owner_party + o.id, true, o.name, 'E' || o.id, 'E', o.id, now(), 0 from source.owner o, bases;
insert into company_employee (id, company, party, create_date, create_uid)
    select o.id, c.id, owner_party + o.id, now(), 0 from source.owner o
    join companies c on c.number = o.company, bases;

insert into party_party (id, active, name, code, code_alnum, code_digit, create_date, create_uid)
    select customer_party + s.id, true, s.name, 'C' || s.id, 'C', s.id, now(), 0 from source.customer s, bases;
insert into party_address (id, active, party, city, create_date, create_uid)
    select customer_party + s.id, true, customer_party + s.id, s.region, now(), 0 from source.customer s, bases;
insert into party_contact_mechanism (id, active, party, type, value, value_compact, create_date, create_uid)
    select s.id, true, customer_party + s.id, 'phone', s.phone, s.phone, now(), 0 from source.customer s, bases;

insert into sale_opportunity (id, number, reference, description, company, currency, party, address, employee, state,
        amount, conversion_probability, start_date, end_date, comment, create_date, create_uid)
    select l.id, l.number, l.keyword, l.title, c.id, c.currency, customer_party + l.customer,
        customer_party + l.customer, l.owner,
        case l.stage when 'new' then 'lead' when 'assigned' then 'converted' when 'in_progress' then 'opportunity'
            when 'returned' then 'cancelled' when 'upgraded' then 'won' else 'lost' end,
        l.amount, case l.priority when 'low' then 0.2 when 'normal' then 0.5 else 0.8 end,
        l.created_at::date, l.follow_up_on, l.phone || ' ' || l.region, l.created_at, 0
    from source.lead l join companies c on c.number = l.company, bases order by l.id;
insert into sale_opportunity__history (id, number, reference, description, company, currency, party, address, employee,
        state, amount, conversion_probability, start_date, end_date, comment, create_date, create_uid)
    select id, number, reference, description, company, currency, party, address, employee,
        state, amount, conversion_probability, start_date, end_date, comment, create_date, create_uid
    from sale_opportunity order by id;

select setval(pg_get_serial_sequence('party_party', 'id'), (select max(id) from party_party)),
    setval(pg_get_serial_sequence('company_employee', 'id'), (select max(id) from company_employee)),
    setval(pg_get_serial_sequence('party_address', 'id'), (select max(id) from party_address)),
    setval(pg_get_serial_sequence('party_contact_mechanism', 'id'), (select max(id) from party_contact_mechanism)),
    setval(pg_get_serial_sequence('sale_opportunity', 'id'), (select max(id) from sale_opportunity));
